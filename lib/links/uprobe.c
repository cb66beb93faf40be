/* SPDX-License-Identifier: Apache-2.0 */
#include "links/uprobe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "links/uprobe_multi.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"
#include "process/user_functions.h"

int uprobe_link(struct cbcc *b, struct link *link, const struct uprobe_place *place)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = place->returns,
		    .ref_ctr_offset = place->ref_ctr_offset, .bpf_cookie = place->cookie);
	struct program *program;
	char path[32];
	int err = program_get(b, link->function, BPF_PROG_TYPE_KPROBE, &program);

	if (err)
		return err;
	binary_kernel_path(place->binary, path);
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	link->bpf = bpf_program__attach_uprobe_opts(program->bpf, place->pid ? place->pid : -1, path,
						    place->offset, &opts);
	err = link->bpf ? 0 : -errno;
	libbpf_log_end();
	if (!err)
		return 0;
	return error_set(err, "cannot attach '%s' to %s %s%s", link->function->name,
			 link_kind_name(link->kind), link->event,
			 err == -EPERM || err == -EACCES ? " (it takes root)" : "");
}

int uprobe_offset(const struct binary *binary, uint64_t address, uint64_t *offset)
{
	const struct elf_file *file = binary->file;

	for (size_t i = 0; i < file->nsegments; i++) {
		const struct elf_segment *segment = &file->segments[i];

		if (segment->executable && address - segment->address < segment->file_size &&
		    address >= segment->address) {
			*offset = address - segment->address + segment->offset + binary->base;
			return 0;
		}
	}
	return error_say(-EINVAL, "%s has no code at 0x%" PRIx64, binary->path, address);
}

/* What links are known by: the names that the user gave. To be freed. */
static char *event_name(const struct uprobe_site *site)
{
	char *event = NULL;
	size_t size;
	FILE *out = open_memstream(&event, &size);

	if (!out)
		return NULL;
	fprintf(out, "%s:", site->name);
	if (site->regex)
		fprintf(out, "/%s/", site->regex);
	else if (site->symbol)
		fprintf(out, "%s", site->symbol);
	else
		fprintf(out, "0x%" PRIx64, site->address);
	if (site->offset)
		fprintf(out, "+0x%" PRIx64, site->offset);
	if (site->pid)
		fprintf(out, " of process %d", (int)site->pid);
	if (fclose(out) == 0)
		return event;
	free(event);
	return NULL;
}

static int add_link(struct cbcc *b, struct link *link, int err)
{
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

/* Attaches to one address and adds the link. */
static int attach_at(struct cbcc *b, const struct uprobe_site *site, const struct binary *binary,
		     uint64_t address, const char *event, const struct compiled_function *function)
{
	struct uprobe_place place = {
		.binary = binary,
		.ref_ctr_offset = site->ref_ctr_offset,
		.pid = site->pid,
		.returns = site->kind == LINK_URETPROBE,
	};
	int err = uprobe_offset(binary, address, &place.offset);
	struct link *link;

	if (err)
		return err;
	link = link_create(site->kind, event, function);
	return link ? add_link(b, link, uprobe_link(b, link, &place)) : -ENOMEM;
}

static int attach_one(struct cbcc *b, const struct uprobe_site *site, struct binary *binary,
		      const char *event, const struct compiled_function *function)
{
	uint64_t address = site->address;
	int err = site->symbol ? user_symbol_find(binary, site->symbol, &address) : 0;

	return err ? err : attach_at(b, site, binary, address + site->offset, event, function);
}

/* Where each function is in the file, every place once; *offsets is to be freed. The others are left out. */
static int list_offsets(const struct binary *binary, const struct user_functions *functions,
			uint64_t **offsets, size_t *count)
{
	*count = 0;
	*offsets = calloc(functions->count ? functions->count : 1, sizeof **offsets);
	if (!*offsets)
		return error_set(-ENOMEM, "cannot list functions of %s", binary->path);
	for (size_t i = 0; i < functions->count; i++) {
		uint64_t address = functions->functions[i].address;

		if (i && functions->functions[i - 1].address == address)
			continue;
		if (uprobe_offset(binary, address, &(*offsets)[*count]) == 0)
			++*count;
	}
	return 0;
}

/* At once where the kernel can; no error is final then, as one place that cannot be probed spoils all. */
static bool attach_together(struct cbcc *b, const struct uprobe_site *site, const struct binary *binary,
			    const struct user_functions *functions, const char *event,
			    const struct compiled_function *function, int *attached)
{
	struct link *link = link_create(site->kind, event, function);
	uint64_t *offsets;
	size_t count;
	int err = link ? list_offsets(binary, functions, &offsets, &count) : -ENOMEM;

	if (err) {
		link_free(link);
		return false;
	}
	err = count ? uprobe_multi_link(b, link, binary, offsets, count, site->pid) : -ENOENT;
	free(offsets);
	if (add_link(b, link, err))
		return false;
	link->places = *attached = (int)count;
	return true;
}

static int attach_each(struct cbcc *b, const struct uprobe_site *site, const struct binary *binary,
		       const struct user_functions *functions, const char *event,
		       const struct compiled_function *function)
{
	int attached = 0, err = 0;

	for (size_t i = 0; i < functions->count; i++) {
		uint64_t address = functions->functions[i].address;
		int one;

		if (i && functions->functions[i - 1].address == address)
			continue;
		one = attach_at(b, site, binary, address, event, function);
		if (one)
			log_write(&b->log, CBCC_LOG_WARN, "%s: %s", functions->functions[i].name,
				  cbcc_last_error());
		attached += !one;
		err = one ? one : err;
	}
	return attached ? attached : err;
}

static int attach_matches(struct cbcc *b, const struct uprobe_site *site, struct binary *binary,
			  const char *event, const struct compiled_function *function)
{
	struct user_functions functions;
	int result = user_functions_match(binary, site->regex, site->demangled, &functions);

	if (result)
		return result;
	if (!functions.count)
		result = error_say(-ENOENT, "no function of %s matches '%s'", binary->path, site->regex);
	else if (site->ref_ctr_offset ||
		 !attach_together(b, site, binary, &functions, event, function, &result))
		result = attach_each(b, site, binary, &functions, event, function);
	user_functions_free(&functions);
	return result;
}

static int attach_event(struct cbcc *b, const struct uprobe_site *site, const char *event,
			const struct compiled_function *function)
{
	struct binary binary;
	int result = link_check(b, site->kind, event, function);

	if (result)
		return result < 0 ? result : 0;
	result = binary_open(&binary, site->name, site->pid);
	if (result)
		return result;
	result = (site->regex ? attach_matches : attach_one)(b, site, &binary, event, function);
	binary_close(&binary);
	return result;
}

int uprobe_attach(struct cbcc *b, const struct uprobe_site *site, const struct compiled_function *function)
{
	char *event = event_name(site);
	int result = event ? attach_event(b, site, event, function)
			   : error_set(-ENOMEM, "cannot attach '%s'", function->name);

	free(event);
	return result;
}

static int make_site(struct uprobe_site *site, enum link_kind kind, const char *name, const char *sym,
		     const struct cbcc_uprobe_opts *user_opts, const char *call)
{
	struct cbcc_uprobe_opts opts;
	int err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_uprobe_opts");

	if (err)
		return err;
	if (!name || !*name)
		return error_say(-EINVAL, "%s: no program or library is named", call);
	if (!!sym + !!opts.sym_re + !!opts.addr != 1)
		return error_say(-EINVAL, "%s: give one of a symbol, sym_re and addr", call);
	if (opts.offset && (kind == LINK_URETPROBE || opts.sym_re))
		return error_say(-EINVAL, "%s: offset is for uprobes at one place", call);
	if (opts.pid < -1)
		return error_say(-EINVAL, "%s: there is no process %d", call, (int)opts.pid);
	*site = (struct uprobe_site){ .kind = kind,
				      .name = name,
				      .symbol = sym,
				      .regex = opts.sym_re,
				      .address = opts.addr,
				      .offset = opts.offset,
				      .ref_ctr_offset = opts.ref_ctr_offset,
				      .pid = opts.pid == -1 ? 0 : opts.pid,
				      .demangled = opts.demangled };
	return 0;
}

static int attach(struct cbcc *b, enum link_kind kind, const char *name, const char *sym, const char *fn_name,
		  const struct cbcc_uprobe_opts *opts)
{
	const char *call = kind == LINK_UPROBE ? "cbcc_attach_uprobe" : "cbcc_attach_uretprobe";
	const struct compiled_function *function;
	struct uprobe_site site;
	int result = handle_check(b, call);

	if (!result)
		result = make_site(&site, kind, name, sym, opts, call);
	if (!result && !fn_name)
		result = error_say(-EINVAL, "%s: the function's name is NULL", call);
	if (result)
		return result;
	function = handle_function(b, fn_name);
	if (!function)
		return -ENOENT;
	return error_about(CBCC_ERROR_ATTACH, uprobe_attach(b, &site, function));
}

int cbcc_attach_uprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name)
{
	return attach(b, LINK_UPROBE, name, sym, fn_name, NULL);
}

int cbcc_attach_uprobe_opts(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
			    const struct cbcc_uprobe_opts *opts)
{
	return attach(b, LINK_UPROBE, name, sym, fn_name, opts);
}

int cbcc_attach_uretprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name)
{
	return attach(b, LINK_URETPROBE, name, sym, fn_name, NULL);
}

int cbcc_attach_uretprobe_opts(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
			       const struct cbcc_uprobe_opts *opts)
{
	return attach(b, LINK_URETPROBE, name, sym, fn_name, opts);
}

static int detach(struct cbcc *b, enum link_kind kind, const char *name, const char *sym, const char *fn_name,
		  const struct cbcc_uprobe_opts *opts)
{
	const char *call = kind == LINK_UPROBE ? "cbcc_detach_uprobe" : "cbcc_detach_uretprobe";
	struct uprobe_site site;
	char *event;
	int err = handle_check(b, call);

	if (!err)
		err = make_site(&site, kind, name, sym, opts, call);
	if (err)
		return err;
	event = event_name(&site);
	err = event ? links_detach(b, kind, event, fn_name) : error_set(-ENOMEM, "%s", call);
	free(event);
	return err;
}

int cbcc_detach_uprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name)
{
	return detach(b, LINK_UPROBE, name, sym, fn_name, NULL);
}

int cbcc_detach_uprobe_opts(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
			    const struct cbcc_uprobe_opts *opts)
{
	return detach(b, LINK_UPROBE, name, sym, fn_name, opts);
}

int cbcc_detach_uretprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name)
{
	return detach(b, LINK_URETPROBE, name, sym, fn_name, NULL);
}

int cbcc_detach_uretprobe_opts(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
			       const struct cbcc_uprobe_opts *opts)
{
	return detach(b, LINK_URETPROBE, name, sym, fn_name, opts);
}

int cbcc_num_open_uprobes(const struct cbcc *b)
{
	int n = handle_check(b, "cbcc_num_open_uprobes");

	for (const struct link *link = n ? NULL : b->links; link; link = link->next)
		if (link->kind == LINK_UPROBE || link->kind == LINK_URETPROBE || link->kind == LINK_USDT)
			n += link->places;
	return n;
}
