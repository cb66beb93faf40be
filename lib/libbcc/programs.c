/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of instructions that the caller has, and what the kernel says of loaded ones. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "complain.h"
#include "libbcc.h"

/* Address space; the verifier's log takes of it what it needs. */
#define LOG_SIZE (16u << 20)

/* The log is told where there is an error, or the caller wants it, as BCC does. */
static int load(enum bpf_prog_type type, const char *name, const char *license, const struct bpf_insn *insns,
		int prog_len, struct bpf_prog_load_opts *opts)
{
	int fd = bpf_prog_load(type, name, license, insns, (size_t)prog_len / sizeof *insns, opts);
	int err = fd < 0 ? -errno : 0;

	if (err)
		failed_to(err, "Failed to load program");
	if ((err || opts->log_level) && *opts->log_buf)
		complain("%s", opts->log_buf);
	return err ? failed(err) : fd;
}

int bcc_prog_load_xattr(enum bpf_prog_type prog_type, const char *prog_name, const char *license,
			const struct bpf_insn *insns, struct bpf_prog_load_opts *user_opts, int prog_len,
			char *log_buf, unsigned int log_buf_size, bool allow_rlimit)
{
	struct bpf_prog_load_opts opts = { .sz = sizeof opts };
	char *log = log_buf && log_buf_size ? log_buf : NULL;
	int fd;

	(void)allow_rlimit; /* libbpf raises it where the kernel needs that: before 5.11 */
	if (!insns || prog_len <= 0)
		return failed_to(-EINVAL, "Failed to load program");
	if (user_opts)
		memcpy(&opts, user_opts, user_opts->sz < sizeof opts ? user_opts->sz : sizeof opts);
	opts.sz = sizeof opts;
	opts.log_size = log ? log_buf_size : LOG_SIZE;
	opts.log_buf = log ? log
			   : mmap(NULL, LOG_SIZE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (opts.log_buf == MAP_FAILED)
		return failed_to(-errno, "Failed to load program");
	*opts.log_buf = '\0';
	fd = load(prog_type, prog_name, license, insns, prog_len, &opts);
	if (!log)
		munmap(opts.log_buf, LOG_SIZE);
	return fd;
}

int bcc_prog_load(enum bpf_prog_type prog_type, const char *name, const struct bpf_insn *insns, int prog_len,
		  const char *license, unsigned int kern_version, int log_level, char *log_buf,
		  unsigned int log_buf_size)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .kern_version = kern_version,
		    .log_level = log_level > 0 ? (__u32)log_level : 0);

	return bcc_prog_load_xattr(prog_type, name, license, insns, &opts, prog_len, log_buf, log_buf_size,
				   true);
}

int bpf_obj_get_info(int prog_map_fd, void *info, uint32_t *info_len)
{
	return bpf_obj_get_info_by_fd(prog_map_fd, info, info_len);
}

/* The tag as a number of its digits. */
int bpf_prog_get_tag(int fd, unsigned long long *tag)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof info;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
		return failed_to(-errno, "reading the tag of a program");
	*tag = 0;
	for (size_t i = 0; i < sizeof info.tag; i++)
		*tag = *tag << 8 | info.tag[i];
	return 0;
}
