/* SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

double wall_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

double cpu_ms(void)
{
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

void figure_begin(struct figure *figure)
{
	figure->began_wall = wall_ms();
	figure->began_cpu = cpu_ms();
}

void figure_end(struct figure *figure, int round)
{
	figure->cpu[round] += cpu_ms() - figure->began_cpu;
	figure->wall[round] += wall_ms() - figure->began_wall;
}

int rounds_wanted(int argc, char **argv, int rounds)
{
	if (argc > 1)
		rounds = atoi(argv[1]);
	if (rounds >= 1 && rounds <= ROUNDS_MAX)
		return rounds;
	fprintf(stderr, "%s: 1 to %d rounds\n", argv[0], ROUNDS_MAX);
	exit(2);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(const double *values, int count)
{
	double sorted[ROUNDS_MAX];

	memcpy(sorted, values, count * sizeof *values);
	qsort(sorted, count, sizeof *sorted, compare);
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

double median_ratio(const double *a, const double *b, int count)
{
	double ratios[ROUNDS_MAX];

	for (int i = 0; i < count; i++)
		ratios[i] = a[i] / b[i];
	return median(ratios, count);
}

bool bound(const char *name, double value, const char *relation, double limit)
{
	bool reached = *relation == '<' ? value <= limit : value >= limit;

	printf("%-52s%8.2f  to be %s %.2f: %s\n", name, value, relation, limit,
	       reached ? "reached" : "MISSED");
	return reached;
}
