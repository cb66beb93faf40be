/* SPDX-License-Identifier: Apache-2.0 */
/* Times of what takes turns for some rounds: medians, ratios of the same round, and bounds. */
#ifndef CBCC_BENCH_FIGURES_H
#define CBCC_BENCH_FIGURES_H

#include <stdbool.h>

#define ROUNDS_MAX 100

/** What one contender took, in milliseconds. */
struct figure {
	double wall[ROUNDS_MAX], cpu[ROUNDS_MAX]; /* cpu: processor time of this process */
	double began_wall, began_cpu;
};

double wall_ms(void);
double cpu_ms(void);

void figure_begin(struct figure *figure);
/** Adds what has passed to the round. */
void figure_end(struct figure *figure, int round);

/** The rounds that argv asks for, or the default. Exits where that is no number of rounds. */
int rounds_wanted(int argc, char **argv, int rounds);

double median(const double *values, int count);

/** The median of a's times by b's, round by round. */
double median_ratio(const double *a, const double *b, int count);

/** Prints a bound, "<=" or ">=", and whether it is reached. */
bool bound(const char *name, double value, const char *relation, double limit);

#endif
