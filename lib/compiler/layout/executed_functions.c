/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the build: writes the names of the functions that a compiler module runs while it is loaded and compiles typical
 * texts, one a line: those of the first text first, then what the second one runs besides, and so on.
 *
 *     executed-functions MODULE OUTPUT TEXT...
 *
 * The linker puts these together (layout.cmake). A breakpoint is set on every function before the module's
 * constructors run, and taken away when it is hit. The dynamic linker announces that moment to debuggers by calling an
 * empty function (r_brk of struct r_debug), which gets the first breakpoint.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "compiler/compiler.h"

#ifndef __x86_64__
#error "breakpoints are those of x86-64"
#endif

enum { BREAKPOINT = 0xcc };

struct function {
  uintptr_t address; /* in the module */
  const char *name;
  uint8_t first_byte; /* what the breakpoint stands for */
  int text;           /* the first one that runs it, counted from 1; 0: none does */
};

static struct {
  char path[PATH_MAX]; /* as the dynamic linker names it */
  Elf *elf;
  struct function *functions; /* by address */
  size_t count;
  uintptr_t base; /* 0: not yet loaded */
  int text;       /* being compiled; loading and unloading count as part of the first */
} module = {.text = 1};

static struct {
  struct r_debug *state; /* what the dynamic linker has for debuggers */
  uint8_t first_byte;    /* of the function that it calls after a change of that */
} loader;

static struct {
  const char *path;
  int texts; /* 0 until all are compiled */
} output;

static _Noreturn void die(const char *format, ...) {
  va_list args;

  va_start(args, format);
  fputs("executed-functions: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}

static int by_address(const void *a, const void *b) {
  const struct function *x = a, *y = b;

  return (x->address > y->address) - (x->address < y->address);
}

static Elf_Scn *find_symbol_table(GElf_Shdr *header) {
  Elf_Scn *section = NULL;

  while ((section = elf_nextscn(module.elf, section)))
    if (gelf_getshdr(section, header) && header->sh_type == SHT_SYMTAB)
      return section;
  die("%s has no symbols", module.path);
}

/* Several names may share an address, since the linker folds equal functions: one of them is enough. */
static void drop_repetitions(void) {
  size_t kept = 0;

  qsort(module.functions, module.count, sizeof *module.functions, by_address);
  for (size_t i = 0; i < module.count; i++)
    if (!kept || module.functions[i].address != module.functions[kept - 1].address)
      module.functions[kept++] = module.functions[i];
  module.count = kept;
}

static void read_functions(void) {
  GElf_Shdr header;
  GElf_Sym symbol;
  Elf_Data *data = elf_getdata(find_symbol_table(&header), NULL);
  size_t symbols = data ? header.sh_size / header.sh_entsize : 0;

  module.functions = calloc(symbols + 1, sizeof *module.functions);
  if (!module.functions)
    die("out of memory");
  for (size_t i = 0; i < symbols; i++) {
    gelf_getsym(data, i, &symbol);
    if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_shndx != SHN_UNDEF && symbol.st_size)
      module.functions[module.count++] = (struct function){
          .address = symbol.st_value,
          .name = elf_strptr(module.elf, header.sh_link, symbol.st_name),
      };
  }
  drop_repetitions();
}

static void open_module(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || !realpath(path, module.path))
    die("%s: %s", path, strerror(errno));
  elf_version(EV_CURRENT);
  module.elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
  if (!module.elf)
    die("%s: %s", path, elf_errmsg(-1));
}

static void make_writable(uintptr_t from, uintptr_t to) {
  uintptr_t page = sysconf(_SC_PAGESIZE);

  from &= ~(page - 1);
  if (mprotect((void *)from, to - from, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
    die("cannot set breakpoints: %s", strerror(errno));
}

static uint8_t set_breakpoint(uintptr_t address) {
  uint8_t byte = *(uint8_t *)address;

  *(uint8_t *)address = BREAKPOINT;
  return byte;
}

static void set_breakpoints(void) {
  make_writable(module.base + module.functions[0].address,
                module.base + module.functions[module.count - 1].address + 1);
  for (size_t i = 0; i < module.count; i++)
    module.functions[i].first_byte = set_breakpoint(module.base + module.functions[i].address);
}

/* The dynamic linker has mapped something: the module? */
static void see_announcement(void) {
  if (module.base || loader.state->r_state != RT_CONSISTENT)
    return;
  for (const struct link_map *map = loader.state->r_map; map; map = map->l_next)
    if (strcmp(map->l_name, module.path) == 0) {
      module.base = map->l_addr;
      set_breakpoints();
    }
}

static void see_function(uintptr_t address) {
  const struct function key = {.address = address - module.base};
  struct function *function = bsearch(&key, module.functions, module.count, sizeof key, by_address);

  if (!function)
    abort();
  function->text = module.text;
  *(uint8_t *)address = function->first_byte;
}

static void on_breakpoint(int signal, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  uintptr_t address = registers[REG_RIP] - 1;

  (void)signal;
  (void)info;
  if (address != loader.state->r_brk) {
    see_function(address);
    registers[REG_RIP] = address;
    return;
  }
  see_announcement();
  /* The function is empty: return from it, so that its breakpoint may stay. */
  registers[REG_RIP] = *(greg_t *)registers[REG_RSP];
  registers[REG_RSP] += sizeof(greg_t);
}

static void watch_loading(void) {
  struct sigaction action = {.sa_sigaction = on_breakpoint, .sa_flags = SA_SIGINFO | SA_NODEFER};

  sigaction(SIGTRAP, &action, NULL);
  for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag == DT_DEBUG)
      loader.state = (struct r_debug *)entry->d_un.d_ptr;
  if (!loader.state)
    die("the dynamic linker cannot be watched");
  make_writable(loader.state->r_brk, loader.state->r_brk + 1);
  loader.first_byte = set_breakpoint(loader.state->r_brk);
}

static const struct compiler_api *load_module(void) {
  void *handle = dlopen(module.path, RTLD_NOW | RTLD_LOCAL);

  if (!handle)
    die("%s", dlerror());
  if (!module.base)
    die("%s: the dynamic linker does not announce what it loads", module.path);
  *(uint8_t *)loader.state->r_brk = loader.first_byte;
  return dlsym(handle, "cbcc_compiler");
}

static int open_tracefs(const char *path, int flags) {
  char full[PATH_MAX];

  snprintf(full, sizeof full, "/sys/kernel/tracing/%s", path);
  int fd = open(full, flags);

  return fd < 0 ? -errno : fd;
}

static char *read_text(const char *path, size_t *size) {
  static char text[1 << 16];
  FILE *file = fopen(path, "re");

  if (!file)
    die("%s: %s", path, strerror(errno));
  *size = fread(text, 1, sizeof text - 1, file);
  text[*size] = '\0';
  fclose(file);
  return text;
}

/* What the text needs and this machine lacks (BTF, tracefs) is a compile error, and no matter: most has run by then. */
static void compile(const struct compiler_api *api, const char *path) {
  struct compile_request request = {
      .name = path,
      .kernel_version = 6 << 16 | 1 << 8,
      .syscall_wrapper = true,
      .open_tracefs = open_tracefs,
  };
  struct compiled result;

  request.text = read_text(path, &request.text_size);
  api->compile(&request, &result);
  api->release(&result);
}

static void write_names_of(FILE *file, int text) {
  for (size_t i = 0; i < module.count; i++)
    if (module.functions[i].text == text)
      fprintf(file, "%s\n", module.functions[i].name);
}

/* Called at the exit, after the module's destructors. */
static void write_names(void) {
  FILE *file = fopen(output.path, "we");

  for (int text = 1; file && text <= output.texts; text++)
    write_names_of(file, text);
  if (!file || fclose(file) != 0) {
    perror(output.path);
    _exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc < 4)
    die("usage: executed-functions MODULE OUTPUT TEXT...");
  output.path = argv[2];
  atexit(write_names);
  open_module(argv[1]);
  read_functions();
  watch_loading();
  const struct compiler_api *api = load_module();

  for (; module.text <= argc - 3; module.text++)
    compile(api, argv[module.text + 2]);
  output.texts = argc - 3;
  module.text = 1;
  return 0;
}
