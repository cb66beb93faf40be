/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that perf's counters run: an event for each processor, which holds the program and ends with its descriptor. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "kernel/cpus.h"
#include "links/link.h"
#include "links/perf_event.h"
#include "loader/program.h"
#include "process/tasks.h"

/* What of perf_event_open(2)'s arguments is the same for all processors. */
struct counter {
	struct perf_event_attr attr;
	int pid, group_fd;
};

static void event_key(uint32_t type, uint64_t config, char *key, size_t size)
{
	snprintf(key, size, "%u:%llu", type, (unsigned long long)config);
}

/* An event that runs the program on one processor, or for a task on all (-1). */
static int open_event(struct link *link, const struct counter *counter, int cpu, int program_fd)
{
	struct perf_event_attr attr = counter->attr;
	int fd = perf_event_open(&attr, counter->pid, cpu, counter->group_fd, 0);
	int err = fd < 0 ? fd : link_add_fd(link, fd);

	return err ? err : perf_event_run(fd, program_fd);
}

static int explain(int err, const struct link *link, int cpu)
{
	if (cpu < 0)
		return error_set(err, "cannot attach '%s' to perf event %s", link->function->name,
				 link->event);
	return error_set(err, "cannot attach '%s' to perf event %s on processor %d", link->function->name,
			 link->event, cpu);
}

/* One that goes offline after the list was made is passed over, unless the caller named it. */
static int open_on(struct link *link, const struct counter *counter, const int *cpus, size_t ncpus,
		   bool named, int program_fd)
{
	for (size_t i = 0; i < ncpus; i++) {
		int err = open_event(link, counter, cpus[i], program_fd);

		if (err && (named || err != -ENODEV))
			return explain(err, link, cpus[i]);
	}
	return 0;
}

/* Of one task, or of all. */
static int open_task(struct link *link, const struct counter *counter,
		     const struct cbcc_perf_event_opts *opts, int program_fd)
{
	const int everywhere = -1;
	size_t count;
	int *online, err;

	if (opts->cpus)
		return open_on(link, counter, opts->cpus, opts->ncpus, true, program_fd);
	if (counter->pid > 0)
		return open_on(link, counter, &everywhere, 1, true, program_fd);
	err = cpus_online(&online, &count);
	if (err)
		return err;
	err = open_on(link, counter, online, count, false, program_fd);
	free(online);
	return err;
}

/* A thread that has ended after the list was made is passed over. */
static int open_tasks(struct link *link, const struct counter *counter,
		      const struct cbcc_perf_event_opts *opts, int program_fd, const pid_t *tasks,
		      size_t count)
{
	struct counter one = *counter;
	size_t gone = 0;

	for (size_t i = 0; i < count; i++) {
		int err;

		one.pid = tasks[i];
		err = open_task(link, &one, opts, program_fd);
		if (err && (err != -ESRCH || ++gone == count))
			return err;
	}
	return 0;
}

/* The kernel follows a thread, and those that it starts from then on. A group is one thread's. */
static int open_all(struct link *link, const struct counter *counter, const struct cbcc_perf_event_opts *opts,
		    int program_fd)
{
	pid_t *tasks;
	size_t count;
	int err;

	if (counter->pid < 0 || counter->group_fd >= 0)
		return open_task(link, counter, opts, program_fd);
	err = process_tasks(counter->pid, &tasks, &count);
	if (err)
		return error_set(err, "cannot attach '%s' to perf event %s of process %d",
				 link->function->name, link->event, counter->pid);
	err = open_tasks(link, counter, opts, program_fd, tasks, count);
	free(tasks);
	return err;
}

static int attach_link(struct cbcc *b, struct link *link, const struct counter *counter,
		       const struct cbcc_perf_event_opts *opts)
{
	struct program *program;
	int err = program_get(b, link->function, BPF_PROG_TYPE_PERF_EVENT, &program);

	return err ? err : open_all(link, counter, opts, bpf_program__fd(program->bpf));
}

static int attach(struct cbcc *b, const struct perf_event_attr *attr,
		  const struct compiled_function *function, const struct cbcc_perf_event_opts *opts)
{
	struct counter counter = { *attr, opts->pid ? opts->pid : -1, opts->group_fd ? opts->group_fd : -1 };
	struct link *link;
	char key[64];
	int err;

	if (opts->pid)
		counter.attr.inherit = 1;
	event_key(attr->type, attr->config, key, sizeof key);
	link = link_create(LINK_PERF_EVENT, key, function);
	err = link ? attach_link(b, link, &counter, opts) : -ENOMEM;
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

static int check_places(const struct cbcc_perf_event_opts *opts, const char *call)
{
	if (opts->pid < 0 || opts->group_fd < 0)
		return error_say(-EINVAL, "%s: pid and group_fd are 0 if there is none", call);
	if (!opts->cpus != !opts->ncpus)
		return error_say(-EINVAL, "%s: cpus and ncpus do not go together", call);
	if (opts->group_fd && opts->ncpus > 1)
		return error_say(-EINVAL, "%s: a group is on one processor", call);
	return 0;
}

int cbcc_attach_perf_event(struct cbcc *b, uint32_t type, uint64_t config, const char *fn_name,
			   const struct cbcc_perf_event_opts *user_opts)
{
	struct perf_event_attr attr = { .type = type, .size = sizeof attr, .config = config };
	const struct compiled_function *function;
	struct cbcc_perf_event_opts opts;
	int err = link_arguments(b, "cbcc_attach_perf_event", fn_name, &function);

	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_perf_event_opts");
	if (!err)
		err = check_places(&opts, "cbcc_attach_perf_event");
	if (err)
		return err;
	if (!opts.sample_period == !opts.sample_freq)
		return error_say(-EINVAL, "cbcc_attach_perf_event: give either sample_period or sample_freq");
	if (type == PERF_TYPE_TRACEPOINT || type == PERF_TYPE_BREAKPOINT)
		return error_say(-EINVAL,
				 "cbcc_attach_perf_event: tracepoints are for cbcc_attach_tracepoint(), "
				 "breakpoints for cbcc_attach_perf_event_raw()");
	attr.freq = opts.sample_freq != 0;
	attr.sample_period = opts.sample_freq ? opts.sample_freq : opts.sample_period;
	return error_about(CBCC_ERROR_ATTACH, attach(b, &attr, function, &opts));
}

int cbcc_attach_perf_event_raw(struct cbcc *b, const struct perf_event_attr *attr, const char *fn_name,
			       const struct cbcc_perf_event_opts *user_opts)
{
	const struct compiled_function *function;
	struct cbcc_perf_event_opts opts;
	struct perf_event_attr known;
	int err = link_arguments(b, "cbcc_attach_perf_event_raw", fn_name, &function);

	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_perf_event_opts");
	if (!err)
		err = check_places(&opts, "cbcc_attach_perf_event_raw");
	if (err)
		return err;
	if (!attr || opts.sample_period || opts.sample_freq || attr->size > sizeof known)
		return error_say(-EINVAL, "cbcc_attach_perf_event_raw: %s",
				 !attr                       ? "the description of the counter is NULL"
				 : attr->size > sizeof known ? "the description of the counter is too new"
							     : "its description says how often");
	memset(&known, 0, sizeof known);
	memcpy(&known, attr, attr->size ? attr->size : sizeof known);
	known.size = sizeof known;
	return error_about(CBCC_ERROR_ATTACH, attach(b, &known, function, &opts));
}

int cbcc_detach_perf_event(struct cbcc *b, uint32_t type, uint64_t config)
{
	int err = handle_check(b, "cbcc_detach_perf_event");
	char key[64];

	if (err)
		return err;
	event_key(type, config, key, sizeof key);
	return links_detach(b, LINK_PERF_EVENT, key, NULL);
}
