/* SPDX-License-Identifier: Apache-2.0 */
#include "links/perf_probe.h"

#include <errno.h>
#include <pthread.h>

#include "kernel/number_file.h"
#include "links/perf_event.h"

#define UNITS "/sys/bus/event_source/devices/"

/* How perf_event_open(2) is asked for a probe, which the kernel tells in sysfs; read once. */
static struct unit {
	int type; /* -1: it cannot be asked */
	int return_bit;
} units[2];

static void read_unit(struct unit *unit, const char *type_file, const char *return_file)
{
	unit->type = number_file_read(type_file, "%d");
	unit->return_bit = number_file_read(return_file, "config:%d");
	if (unit->return_bit < 0)
		unit->return_bit = 0;
}

static void read_units(void)
{
	read_unit(&units[PERF_KPROBE], UNITS "kprobe/type", UNITS "kprobe/format/retprobe");
	read_unit(&units[PERF_UPROBE], UNITS "uprobe/type", UNITS "uprobe/format/retprobe");
}

bool perf_probe_exists(enum perf_probe_unit unit)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, read_units);
	return units[unit].type >= 0;
}

int perf_probe_open(enum perf_probe_unit unit, const struct perf_probe *probe)
{
	struct perf_event_attr attr = {
		.size = sizeof attr,
		.config = probe->ref_ctr_offset << 32, /* where the unit has it since it has it at all */
		.config1 = (uintptr_t)probe->target,
		.config2 = probe->offset,
	};

	if (!perf_probe_exists(unit))
		return -ENODEV;
	attr.type = (uint32_t)units[unit].type;
	if (probe->returns)
		attr.config |= 1ull << units[unit].return_bit;
	return perf_event_open(&attr, probe->pid > 0 ? probe->pid : -1, probe->pid > 0 ? -1 : 0, -1, 0);
}
