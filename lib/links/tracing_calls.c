/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls for what functions are named after: BTF's functions, security hooks; and for raw tracepoints. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "links/kfunc.h"
#include "links/link.h"
#include "links/lsm.h"
#include "links/named.h"
#include "links/raw_tracepoint.h"

struct named_kind {
	enum link_kind kind;
	const char *prefix;
	const char *section; /* of the same in libbpf's dialect */
	int (*attach)(struct cbcc *b, enum link_kind kind, const char *rest,
		      const struct compiled_function *function);
	const char *attach_call, *detach_call;
};

static const struct named_kind kfunc = {
	LINK_KFUNC, "kfunc__", "fentry", kfunc_attach, "cbcc_attach_kfunc", "cbcc_detach_kfunc",
};
static const struct named_kind kretfunc = {
	LINK_KRETFUNC, "kretfunc__", "fexit", kfunc_attach, "cbcc_attach_kretfunc", "cbcc_detach_kretfunc",
};
static const struct named_kind fmod_ret = {
	LINK_FMOD_RET, "kmod_ret__", "fmod_ret", kfunc_attach, "cbcc_attach_fmod_ret", "cbcc_detach_fmod_ret",
};
static const struct named_kind lsm = {
	LINK_LSM, "lsm__", "lsm", lsm_attach, "cbcc_attach_lsm", "cbcc_detach_lsm",
};

static int attach(struct cbcc *b, const struct named_kind *kind, const char *fn_name)
{
	const struct compiled_function *function;
	const char *rest;
	int err =
		named_function(b, kind->attach_call, kind->prefix, kind->section, fn_name, &function, &rest);

	if (err)
		return err;
	if (link_find(b, kind->kind, NULL, function))
		err = error_say(-EEXIST, "'%s' is already attached", function->name);
	else
		err = kind->attach(b, kind->kind, rest, function);
	return error_about(CBCC_ERROR_ATTACH, err);
}

static int detach(struct cbcc *b, const struct named_kind *kind, const char *fn_name)
{
	const struct compiled_function *function;
	const char *rest;
	int err =
		named_function(b, kind->detach_call, kind->prefix, kind->section, fn_name, &function, &rest);

	return err ? err : links_detach_function(b, kind->kind, function);
}

int cbcc_attach_kfunc(struct cbcc *b, const char *fn_name)
{
	return attach(b, &kfunc, fn_name);
}

int cbcc_detach_kfunc(struct cbcc *b, const char *fn_name)
{
	return detach(b, &kfunc, fn_name);
}

int cbcc_attach_kretfunc(struct cbcc *b, const char *fn_name)
{
	return attach(b, &kretfunc, fn_name);
}

int cbcc_detach_kretfunc(struct cbcc *b, const char *fn_name)
{
	return detach(b, &kretfunc, fn_name);
}

int cbcc_attach_fmod_ret(struct cbcc *b, const char *fn_name)
{
	return attach(b, &fmod_ret, fn_name);
}

int cbcc_detach_fmod_ret(struct cbcc *b, const char *fn_name)
{
	return detach(b, &fmod_ret, fn_name);
}

int cbcc_attach_lsm(struct cbcc *b, const char *fn_name)
{
	return attach(b, &lsm, fn_name);
}

int cbcc_detach_lsm(struct cbcc *b, const char *fn_name)
{
	return detach(b, &lsm, fn_name);
}

int cbcc_attach_raw_tracepoint(struct cbcc *b, const char *tp, const char *fn_name)
{
	const struct compiled_function *function;
	int err = link_arguments(b, "cbcc_attach_raw_tracepoint", fn_name, &function);

	if (err)
		return err;
	if (!tp || strchr(tp, ':'))
		return error_say(-EINVAL,
				 "cbcc_attach_raw_tracepoint: '%s' is not the name of an event, without "
				 "its category",
				 tp ? tp : "NULL");
	err = link_check(b, LINK_RAW_TRACEPOINT, tp, function);
	if (!err)
		err = raw_tracepoint_attach(b, LINK_RAW_TRACEPOINT, tp, function);
	return err < 0 ? error_about(CBCC_ERROR_ATTACH, err) : 0;
}

int cbcc_detach_raw_tracepoint(struct cbcc *b, const char *tp)
{
	int err = handle_check(b, "cbcc_detach_raw_tracepoint");

	if (err)
		return err;
	if (!tp)
		return error_say(-EINVAL, "cbcc_detach_raw_tracepoint: the tracepoint is NULL");
	return links_detach(b, LINK_RAW_TRACEPOINT, tp, NULL);
}
