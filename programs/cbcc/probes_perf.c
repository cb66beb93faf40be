/* SPDX-License-Identifier: Apache-2.0 */
/* Counters: programs that run so often in a second, or at every so many events. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#include "probes.h"

const struct counter software_counters[] = {
	{ "cpu-clock", PERF_COUNT_SW_CPU_CLOCK, 1000000 },
	{ "cpu", PERF_COUNT_SW_CPU_CLOCK, 1000000 },
	{ "task-clock", PERF_COUNT_SW_TASK_CLOCK, 1000000 },
	{ "page-faults", PERF_COUNT_SW_PAGE_FAULTS, 100 },
	{ "faults", PERF_COUNT_SW_PAGE_FAULTS, 100 },
	{ "context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES, 1000 },
	{ "cs", PERF_COUNT_SW_CONTEXT_SWITCHES, 1000 },
	{ "cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS, 1 },
	{ "minor-faults", PERF_COUNT_SW_PAGE_FAULTS_MIN, 100 },
	{ "major-faults", PERF_COUNT_SW_PAGE_FAULTS_MAJ, 1 },
	{ "alignment-faults", PERF_COUNT_SW_ALIGNMENT_FAULTS, 1 },
	{ "emulation-faults", PERF_COUNT_SW_EMULATION_FAULTS, 1 },
	{ "dummy", PERF_COUNT_SW_DUMMY, 1 },
	{ "bpf-output", PERF_COUNT_SW_BPF_OUTPUT, 1 },
	{ 0 },
};

const struct counter hardware_counters[] = {
	{ "cpu-cycles", PERF_COUNT_HW_CPU_CYCLES, 1000000 },
	{ "cycles", PERF_COUNT_HW_CPU_CYCLES, 1000000 },
	{ "instructions", PERF_COUNT_HW_INSTRUCTIONS, 1000000 },
	{ "cache-references", PERF_COUNT_HW_CACHE_REFERENCES, 1000000 },
	{ "cache-misses", PERF_COUNT_HW_CACHE_MISSES, 1000000 },
	{ "branch-instructions", PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 100000 },
	{ "branches", PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 100000 },
	{ "branch-misses", PERF_COUNT_HW_BRANCH_MISSES, 100000 },
	{ "bus-cycles", PERF_COUNT_HW_BUS_CYCLES, 100000 },
	{ "frontend-stalls", PERF_COUNT_HW_STALLED_CYCLES_FRONTEND, 1000000 },
	{ "backend-stalls", PERF_COUNT_HW_STALLED_CYCLES_BACKEND, 1000000 },
	{ "ref-cycles", PERF_COUNT_HW_REF_CPU_CYCLES, 1000000 },
	{ 0 },
};

static int attach(struct session *session, uint32_t type, uint64_t config, const char *function,
		  struct cbcc_perf_event_opts *opts)
{
	int err;

	opts->sz = sizeof *opts;
	opts->pid = session->pid;
	err = cbcc_attach_perf_event(session->b, type, config, function, opts);
	return err ? err : 1;
}

static int refuse(const char *where, const char *form)
{
	complain("'%s' is not of the form %s", where, form);
	return PROBE_COMPLAINED;
}

/* "99hz" is a frequency, "1000" a period. */
static bool parse_rate(const char *text, struct cbcc_perf_event_opts *opts)
{
	char *end;
	uint64_t number = strtoull(text, &end, 10);

	if (end == text || *text == '-' || !number)
		return false;
	if (strcmp(end, "hz") == 0)
		opts->sample_freq = number;
	else
		opts->sample_period = number;
	return !*end || opts->sample_freq;
}

static int attach_named(struct session *session, uint32_t type, const struct counter *counters, const char *where,
			const char *function)
{
	struct cbcc_perf_event_opts opts = { 0 };
	const char *colon = strchrnul(where, ':');

	while (counters->name && (strlen(counters->name) != (size_t)(colon - where) ||
				  strncmp(counters->name, where, (size_t)(colon - where)) != 0))
		counters++;
	if (!counters->name) {
		complain("there is no counter '%.*s'", (int)(colon - where), where);
		return PROBE_COMPLAINED;
	}
	if (!*colon)
		opts.sample_period = counters->period;
	else if (!parse_rate(colon + 1, &opts))
		return refuse(where, "COUNTER:PERIOD or COUNTER:Nhz");
	return attach(session, type, counters->config, function, &opts);
}

int attach_software(struct session *session, const char *where, const char *function)
{
	return attach_named(session, PERF_TYPE_SOFTWARE, software_counters, where, function);
}

int attach_hardware(struct session *session, const char *where, const char *function)
{
	return attach_named(session, PERF_TYPE_HARDWARE, hardware_counters, where, function);
}

int attach_perf(struct session *session, const char *where, const char *function)
{
	static const char form[] = "TYPE:CONFIG:PERIOD or TYPE:CONFIG:Nhz";
	struct cbcc_perf_event_opts opts = { 0 };
	uint64_t type, config;
	char *end;

	type = strtoull(where, &end, 0);
	if (end == where || *end != ':' || type > UINT32_MAX)
		return refuse(where, form);
	where = end + 1;
	config = strtoull(where, &end, 0);
	if (end == where || *end != ':' || !parse_rate(end + 1, &opts))
		return refuse(where, form);
	return attach(session, (uint32_t)type, config, function, &opts);
}

/* "hz:99", "s:1", "ms:10", "us:100"; a bare number is a frequency. */
static bool parse_time(const char *where, struct cbcc_perf_event_opts *opts)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = { { "s:", 1000000000 }, { "ms:", 1000000 }, { "us:", 1000 }, { "hz:", 0 }, { "", 0 } };
	uint64_t number, ns = 0;
	char *end;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strncmp(where, units[i].unit, strlen(units[i].unit)) == 0) {
			where += strlen(units[i].unit);
			ns = units[i].ns;
			break;
		}
	number = strtoull(where, &end, 10);
	if (end == where || *end || *where == '-' || !number || number > 1000000000)
		return false;
	if (ns)
		opts->sample_period = number * ns;
	else
		opts->sample_freq = number;
	return true;
}

int attach_profile(struct session *session, const char *where, const char *function)
{
	struct cbcc_perf_event_opts opts = { 0 };

	if (!parse_time(where, &opts))
		return refuse(where, "hz:N, s:N, ms:N or us:N");
	return attach(session, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, function, &opts);
}

int attach_interval(struct session *session, const char *where, const char *function)
{
	struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .ncpus = 1 };
	int cpu, err;

	if (!parse_time(where, &opts))
		return refuse(where, "s:N, ms:N, us:N or hz:N");
	if (cbcc_get_online_cpus(&cpu, 1) < 1)
		cpu = 0;
	opts.cpus = &cpu;
	err = cbcc_attach_perf_event(session->b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, function, &opts);
	return err ? err : 1;
}
