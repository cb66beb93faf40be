/* SPDX-License-Identifier: Apache-2.0 */
#include "resources.h"

#include <dirent.h>
#include <malloc.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "test.h"

static int count_fds(void)
{
	DIR *fds = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(fds);
	while (readdir(fds))
		n++;
	closedir(fds);
	return n;
}

static int count_programs(void)
{
	uint32_t id = 0;
	int n = 0;

	while (bpf_prog_get_next_id(id, &id) == 0)
		n++;
	return n;
}

struct resources resources_now(void)
{
	return (struct resources){ count_fds(), count_programs(), mallinfo2().uordblks };
}

void assert_nothing_left(const struct resources *before)
{
	struct resources now = resources_now();

	assert_int_equal(now.fds, before->fds);
	assert_in_range(now.memory, 0, before->memory + 4096);
	for (int i = 0; i < 300 && now.programs > before->programs; i++) {
		usleep(100000);
		now = resources_now();
	}
	assert_in_range(now.programs, 0, before->programs);
}

void assert_leaves_nothing(void (*action)(void))
{
	struct resources before;

	for (int i = 0; i < 10; i++)
		action();
	before = resources_now();
	action();
	assert_nothing_left(&before);
}
