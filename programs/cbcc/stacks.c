/* SPDX-License-Identifier: Apache-2.0 */
#include "stacks.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>

#include "text.h"

#define SYMBOL_SIZE 1024
#define LEARNED 4096 /* stacks, the most that are looked at in one go */

void stacks_find(struct session *session)
{
	int count = cbcc_num_tables(session->b), found = 0;

	for (int i = 0; i < count; i++) {
		struct cbcc_table *table = cbcc_get_table_by_index(session->b, i);

		if (cbcc_table_type(table) != BPF_MAP_TYPE_STACK_TRACE)
			continue;
		session->stacks = table;
		found++;
	}
	if (found != 1)
		session->stacks = NULL;
}

bool stacks_is_kernel(uint64_t address)
{
	return address >> 63;
}

int stacks_pid(const struct session *session, const struct cbcc_type *whole, const void *data)
{
	static const char *const names[] = { "tgid", "pid" };
	struct cbcc_field field;
	uint64_t pid;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (whole && cbcc_type_find(whole, names[i], &field) == 0 &&
		    cbcc_field_get_u64(&field, data, &pid) == 0)
			return (int)pid;
	return session->pid ? session->pid : -1;
}

/* The addresses of the stack that the field has the number of. Negative: that error instead of a stack. */
static ssize_t read_stack(struct session *session, const struct cbcc_field *field, const void *data,
			  uint64_t addresses[CBCC_STACK_DEPTH])
{
	uint64_t id;

	if (cbcc_field_get_u64(field, data, &id) != 0)
		return -EINVAL;
	if ((int)id < 0)
		return (int)id;
	return cbcc_table_stack(session->stacks, (int)id, addresses, CBCC_STACK_DEPTH);
}

static void name(struct session *session, uint64_t address, int pid, char text[SYMBOL_SIZE])
{
	int length = -1;

	if (stacks_is_kernel(address))
		length = cbcc_ksym(session->b, address, CBCC_SYM_OFFSET, text, SYMBOL_SIZE);
	else if (pid > 0)
		length = cbcc_sym(session->b, address, pid, CBCC_SYM_OFFSET | CBCC_SYM_MODULE, text, SYMBOL_SIZE);
	if (length < 0)
		snprintf(text, SYMBOL_SIZE, "0x%" PRIx64, address);
}

void stacks_put(struct session *session, const struct cbcc_field *field, const struct cbcc_type *whole,
		const void *data)
{
	uint64_t addresses[CBCC_STACK_DEPTH];
	ssize_t count = read_stack(session, field, data, addresses);
	int pid = stacks_pid(session, whole, data);
	char text[SYMBOL_SIZE];

	if (count == -EFAULT) /* the kernel's answer where there is none */
		return;
	if (count < 0)
		fprintf(session->out, "    [missed stack]\n");
	for (ssize_t i = 0; i < count && i < CBCC_STACK_DEPTH; i++) {
		name(session, addresses[i], pid, text);
		fputs("    ", session->out);
		text_put(session->out, text, sizeof text);
		fputc('\n', session->out);
	}
}

void stacks_put_json(struct session *session, FILE *out, const struct cbcc_field *field,
		     const struct cbcc_type *whole, const void *data)
{
	uint64_t addresses[CBCC_STACK_DEPTH];
	ssize_t count = read_stack(session, field, data, addresses);
	int pid = stacks_pid(session, whole, data);
	char text[SYMBOL_SIZE];

	if (count < 0) {
		fputs("null", out);
		return;
	}
	fputc('[', out);
	for (ssize_t i = 0; i < count && i < CBCC_STACK_DEPTH; i++) {
		name(session, addresses[i], pid, text);
		fputs(i ? ", " : "", out);
		text_put_json_string(out, text);
	}
	fputc(']', out);
}

void stacks_learn(struct session *session)
{
	uint64_t addresses[CBCC_STACK_DEPTH];
	char text[SYMBOL_SIZE];
	uint32_t id;
	bool more = cbcc_table_next(session->stacks, NULL, &id) == 1;

	for (int i = 0; more && i < LEARNED; i++) {
		ssize_t count = cbcc_table_stack(session->stacks, (int)id, addresses, CBCC_STACK_DEPTH);

		for (ssize_t j = 0; j < count && j < CBCC_STACK_DEPTH; j++)
			if (!stacks_is_kernel(addresses[j]))
				name(session, addresses[j], session->pid, text);
		more = cbcc_table_next(session->stacks, &id, &id) == 1;
	}
}
