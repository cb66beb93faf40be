// SPDX-License-Identifier: Apache-2.0
//
// What examples trace. It does what each character says that it reads, and answers by the same one:
//
//   o  getppid(), opens a file that is not there   s  half a second of processor time in target_inner()
//   w  writes 5000 bytes                           x  throws a target_error
#include <cstring>
#include <ctime>
#include <typeinfo>

#include <fcntl.h>
#include <unistd.h>

struct target_error {};

// Programs can read memory only as far as it is there: what they are to read is written, or read, before.
static void open_nothing() {
  char path[32];

  getppid();
  strcpy(path, "/nowhere/cbcc");
  open(path, O_RDONLY);
}

static void throw_error() {
  const char *volatile name = typeid(target_error).name();
  volatile char first = *name;

  (void)first;
  try {
    throw target_error();
  } catch (const target_error &) {
  }
}

static void write_bytes() {
  static char bytes[5000];
  int fd = open("/dev/null", O_WRONLY);

  if (write(fd, bytes, sizeof bytes) == sizeof bytes)
    close(fd);
}

static double cpu_time() {
  timespec t;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

extern "C" __attribute__((noinline)) void target_inner() {
  for (volatile int i = 0; i < 1000000; i = i + 1)
    ;
}

extern "C" __attribute__((noinline)) void target_outer() {
  for (double end = cpu_time() + 0.5; cpu_time() < end;)
    target_inner();
}

int main() {
  char what;

  while (read(0, &what, 1) == 1) {
    switch (what) {
    case 'o':
      open_nothing();
      break;
    case 'w':
      write_bytes();
      break;
    case 's':
      target_outer();
      break;
    case 'x':
      throw_error();
      break;
    }
    if (write(1, &what, 1) != 1)
      return 1;
  }
  return 0;
}
