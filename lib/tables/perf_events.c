/* SPDX-License-Identifier: Apache-2.0 */
/* Perf counters in perf event arrays, one for each processor. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "links/perf_event.h"
#include "tables/table.h"

void table_close_counter(struct cbcc_table *t, uint32_t cpu)
{
	if (t->counters && cpu < t->max_entries && t->counters[cpu] >= 0) {
		close(t->counters[cpu]);
		t->counters[cpu] = -1;
	}
}

static int *allocate(const struct cbcc_table *t)
{
	int *counters = malloc(t->max_entries * sizeof *counters);

	for (uint32_t i = 0; counters && i < t->max_entries; i++)
		counters[i] = -1;
	return counters;
}

static int open_counter(struct cbcc_table *t, struct perf_event_attr *attr, int pid, uint32_t cpu)
{
	int fd = perf_event_open(attr, pid, (int)cpu, -1, 0);
	int err = fd < 0 ? fd : bpf_map_update_elem(t->fd, &cpu, &fd, BPF_ANY);

	if (err == -ENODEV)
		return 0; /* the processor is not online */
	if (err) {
		if (fd >= 0)
			close(fd);
		return error_set(err, "cannot open the counter %u:%llu on processor %u for table '%s'",
				 attr->type, (unsigned long long)attr->config, cpu, t->name);
	}
	table_close_counter(t, cpu);
	t->counters[cpu] = fd;
	return 0;
}

static void close_counters(struct cbcc_table *t)
{
	for (uint32_t cpu = 0; cpu < t->max_entries; cpu++)
		if (t->counters[cpu] >= 0)
			bpf_map_delete_elem(t->fd, &cpu), table_close_counter(t, cpu);
}

int cbcc_table_open_perf_event(struct cbcc_table *t, uint32_t type, uint64_t config, int pid)
{
	struct perf_event_attr attr = { .type = type, .size = sizeof attr, .config = config };
	int err = table_check(t, TABLE_PERF_EVENTS, "cbcc_table_open_perf_event", "", "");
	int ncpus = err ? err : cbcc_num_possible_cpus();

	if (ncpus < 0)
		return ncpus;
	if (!t->counters)
		t->counters = allocate(t);
	if (!t->counters)
		return error_set(-ENOMEM, "cannot open counters for table '%s'", t->name);
	for (uint32_t cpu = 0; cpu < (uint32_t)ncpus && cpu < t->max_entries && !err; cpu++)
		err = open_counter(t, &attr, pid, cpu);
	if (err)
		close_counters(t);
	return err;
}
