/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attaches a program to all kernel functions that a regular expression matches, and detaches it. Prints how many they are
 * and the two times in milliseconds: "COUNT ATTACH DETACH".
 */
#include <stdio.h>
#include <time.h>

#include <cbcc.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	struct cbcc_kprobe_opts opts = { .sz = sizeof opts, .event_re = argc > 1 ? argv[1] : "" };
	struct cbcc *b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
	double begin = now_ms(), attached;
	int count = cbcc_attach_kprobe_opts(b, NULL, "f", &opts);

	attached = now_ms();
	if (count < 0) {
		fprintf(stderr, "bench-attach: %s\n", cbcc_last_error());
		return 1;
	}
	cbcc_detach_kprobe(b, NULL, "f");
	printf("%d %.1f %.1f\n", count, attached - begin, now_ms() - attached);
	cbcc_free(b);
	return 0;
}
