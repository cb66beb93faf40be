/* SPDX-License-Identifier: Apache-2.0 */
#include "kprobe_programs.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/error.h"
#include "module.h"

struct known_program {
	uint32_t id;
	struct module *module;
	const struct compiled_function *function;
};

static struct {
	pthread_mutex_t lock;
	struct known_program *programs;
	size_t count;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int read_id(int fd, uint32_t *id)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof info;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
		return -errno;
	*id = info.id;
	return 0;
}

static int add(const struct known_program *program)
{
	struct known_program *programs;

	pthread_mutex_lock(&known.lock);
	programs = reallocarray(known.programs, known.count + 1, sizeof *programs);
	if (programs) {
		known.programs = programs;
		known.programs[known.count++] = *program;
	}
	pthread_mutex_unlock(&known.lock);
	return programs ? 0 : -ENOMEM;
}

int kprobe_program_remember(struct module *module, const struct compiled_function *function, int fd)
{
	struct known_program program = { .module = module, .function = function };
	int err = read_id(fd, &program.id);

	if (!err)
		err = add(&program);
	return err ? error_set(err, "cannot load '%s'", function->name) : 0;
}

void kprobe_programs_forget(const struct module *module)
{
	size_t kept = 0;

	pthread_mutex_lock(&known.lock);
	for (size_t i = 0; i < known.count; i++)
		if (known.programs[i].module != module)
			known.programs[kept++] = known.programs[i];
	known.count = kept;
	if (!kept) {
		free(known.programs);
		known.programs = NULL;
	}
	pthread_mutex_unlock(&known.lock);
}

int kprobe_program_use(int fd, kprobe_program_fn fn, const void *ctx)
{
	uint32_t id;
	int result = read_id(fd, &id);

	if (result)
		return result;
	result = -ESRCH;
	pthread_mutex_lock(&known.lock);
	for (size_t i = 0; i < known.count; i++)
		if (known.programs[i].id == id) {
			result = fn(known.programs[i].module, known.programs[i].function, ctx);
			break;
		}
	pthread_mutex_unlock(&known.lock);
	return result;
}
