/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program to be traced. It does what each character says that it reads, and answers each by one byte:
 *
 *   a  target_add(20, 3)            h  target_hidden(7), which only the symbol table knows
 *   l  target_library_multiply(6, 7) t  target_add(20, 3) in another thread
 *   c  functions of C++              m  target_many_0() ... target_many_9()
 *   g  a function with a name as Go gives them: main.(*sum).Add(20, 3)
 *   p  the probe target:add         f  the probe target:forms, with arguments in every form
 *   2  the probe target:twice, at both its places
 *   s  the probe target:guarded, if its semaphore is raised; the answer is the semaphore
 */
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include "probe.h"
#ifndef STATIC
#include "library.h"
#endif
#ifdef CXX_NAMES
#include "names.h"
#endif

#define NOINLINE __attribute__((noinline, noclone))

int target_add(int a, int b);

NOINLINE int target_add(int a, int b)
{
	__asm__ volatile("" : "+r"(a));
	return a + b;
}

int target_go(int a, int b) __asm__("\"main.(*sum).Add\"");

NOINLINE int target_go(int a, int b)
{
	__asm__ volatile("" : "+r"(a));
	return a - b;
}

static NOINLINE int target_hidden(int a)
{
	__asm__ volatile("" : "+r"(a));
	return a * 3;
}

#define MANY(n)                                                                                              \
	int target_many_##n(void);                                                                           \
	NOINLINE int target_many_##n(void)                                                                   \
	{                                                                                                    \
		__asm__ volatile("");                                                                        \
		return n;                                                                                    \
	}
MANY(0)
MANY(1) MANY(2) MANY(3) MANY(4) MANY(5) MANY(6) MANY(7) MANY(8) MANY(9)

	static int many(void)
{
	return target_many_0() + target_many_1() + target_many_2() + target_many_3() + target_many_4() +
	       target_many_5() + target_many_6() + target_many_7() + target_many_8() + target_many_9();
}

static void *add_in_thread(void *result)
{
	*(int *)result = target_add(20, 3);
	return NULL;
}

static int in_thread(void)
{
	pthread_t thread;
	int result = 0;

	if (pthread_create(&thread, NULL, add_in_thread, &result) == 0)
		pthread_join(thread, NULL);
	return result;
}

static NOINLINE int probe_add(int a, int b)
{
	PROBE("target", "add", "0", "-4@%0 -4@%1", "r"(a), "r"(b));
	return a + b;
}

/* What instructions name by its address. */
__attribute__((used)) uint32_t target_numbers[4] = { 111, 222, 333, 444 };

static NOINLINE int probe_forms(void)
{
	static const int64_t table[] = { 5, -6, 7, -8 };
	static const char text[] = "text of the target";
	double one = 1;

#if defined(__x86_64__)
	PROBE("target", "forms", "0",
	      "-4@$-5 1@$200 8@%[table] -8@8(%[table]) -8@(%[table],%[index],8) -1@1(%[text],%[index]) "
	      "4@target_numbers(%%rip) 4@target_numbers+8(%%rip) 8@%[text] -2@%w[index] 1@%b[index] "
	      "8f@%[one]",
	      [table] "r"(table), [index] "r"(3l), [text] "r"(text), [one] "x"(one));
#else
	(void)table, (void)text, (void)one;
#endif
	return table[3] == -8;
}

static NOINLINE int probe_twice(int a, const char *word)
{
	PROBE("target", "twice", "0", "-4@%0 8@%1", "r"(a), "r"(word));
#if defined(__x86_64__)
	PROBE("target", "twice", "0", "-1@$-9 8@(%0)", "r"(&word));
#endif
	return a;
}

__attribute__((section(".probes"), used)) volatile unsigned short target_semaphore;

static NOINLINE int probe_guarded(int a)
{
	if (target_semaphore)
		PROBE("target", "guarded", "target_semaphore", "-4@%0", "r"(a));
	return target_semaphore;
}

static int act(char what)
{
	switch (what) {
	case 'g':
		return target_go(20, 3);
	case 'a':
		return target_add(20, 3);
	case 'h':
		return target_hidden(7);
	case 't':
		return in_thread();
	case 'm':
		return many();
	case 'p':
		return probe_add(30, 4);
	case 'f':
		return probe_forms();
	case '2':
		return probe_twice(-77, "word");
	case 's':
		return probe_guarded(55);
#ifndef STATIC
	case 'l':
		return target_library_multiply(6, 7);
#endif
#ifdef CXX_NAMES
	case 'c':
		return call_cxx();
#endif
	default:
		return 255;
	}
}

int main(void)
{
	char what;

	while (read(0, &what, 1) == 1) {
		unsigned char answer = (unsigned char)act(what);

		if (write(1, &answer, 1) != 1)
			return 1;
	}
	return 0;
}
