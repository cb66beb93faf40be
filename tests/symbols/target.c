/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process whose addresses are known: prints "NAME ADDRESS" for some of its functions, then "ready" and does what lines of its
 * input say: "load LIBRARY FUNCTION", "map" (writes what a JIT compiler would), "exec PROGRAM". The input's end is its.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEPT __attribute__((noinline, noclone, used))

/* The names that a C++ and two Rust compilers would give. */
int cxx_function(int) __asm__("_ZN6shapes6CircleC2EiRKSs");
int rust_function(int) __asm__("_RNvNtCs1234_7mycrate3foo3bar");
int old_rust_function(int) __asm__(
	"_ZN66_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE");
int odd_function(int) __asm__("_Zodd");

#define FUNCTION(name, storage)                                                                              \
	KEPT storage int name(int x)                                                                         \
	{                                                                                                    \
		__asm__ volatile("" : "+r"(x));                                                              \
		return x + __LINE__;                                                                         \
	}

FUNCTION(plain_function, )
FUNCTION(hidden_function, static)
FUNCTION(cxx_function, )
FUNCTION(rust_function, )
FUNCTION(old_rust_function, )
FUNCTION(odd_function, )
int __under_function(int x) __attribute__((alias("plain_function")));

static char *jit;

static void print(const char *name, const void *address)
{
	printf("%s %p\n", name, address);
}

static void load(const char *path, const char *function)
{
#ifdef WITHOUT_LIBRARIES
	(void)path;
	print(function, NULL);
#else
	void *library = dlopen(path, RTLD_NOW);

	print(function, library ? dlsym(library, function) : NULL);
#endif
	print("ready", NULL);
}

static void write_map(void)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
	file = fopen(path, "w");
	fprintf(file, "%lx 20 LazyCompile:~first app.js:1\n0x%lx 0x10 second\n", (unsigned long)jit,
		(unsigned long)jit + 32);
	fclose(file);
	print("ready", NULL);
}

static void obey(char *line)
{
	char *words[3] = { strtok(line, " \n"), strtok(NULL, " \n"), strtok(NULL, " \n") };

	if (words[0] && !strcmp(words[0], "load"))
		load(words[1], words[2]);
	else if (words[0] && !strcmp(words[0], "map"))
		write_map();
	else if (words[0] && !strcmp(words[0], "exec"))
		execl(words[1], words[1], NULL);
}

int main(void)
{
	char line[4096];

	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	jit = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	print("plain_function", plain_function);
	print("hidden_function", hidden_function);
	print("cxx_function", cxx_function);
	print("rust_function", rust_function);
	print("old_rust_function", old_rust_function);
	print("odd_function", odd_function);
	print("jit", jit);
	print("vdso", (void *)getauxval(AT_SYSINFO_EHDR));
	print("ready", NULL);
	while (fgets(line, sizeof line, stdin))
		obey(line);
	return 0;
}
