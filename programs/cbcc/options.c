/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Options without a letter. */
enum {
	OPTION_URETPROBE = 256,
	OPTION_RAW_TRACEPOINT,
	OPTION_USDT,
	OPTION_PERF_EVENT,
	OPTION_XDP,
	OPTION_TC,
	OPTION_CGROUP,
	OPTION_ITER,
	OPTION_JSON,
	OPTION_FOLDED,
	OPTION_SVG,
	OPTION_CHECK,
	OPTION_INFO,
	OPTION_PROGRAMS,
	OPTION_PRINT,
	OPTION_CLEAR,
	OPTION_TOP,
	OPTION_BUFFER,
	OPTION_COLOR,
	OPTION_HEADERS,
	OPTION_TRACE_PIPE,
	OPTION_PRIVATE,
	OPTION_CACHE,
	OPTION_INCLUDE,
};

/* The dash: words that are no options come in their order, as option 1. */
static const char letters[] = "-:a:c:d:e:hi:k:l:n:o:p:qr:t:u:vwD:I:STU:VW:";

static const struct option names[] = {
	{ "attach", required_argument, NULL, 'a' },
	{ "kprobe", required_argument, NULL, 'k' },
	{ "kretprobe", required_argument, NULL, 'r' },
	{ "tracepoint", required_argument, NULL, 't' },
	{ "uprobe", required_argument, NULL, 'u' },
	{ "uretprobe", required_argument, NULL, OPTION_URETPROBE },
	{ "raw-tracepoint", required_argument, NULL, OPTION_RAW_TRACEPOINT },
	{ "usdt", required_argument, NULL, OPTION_USDT },
	{ "perf-event", required_argument, NULL, OPTION_PERF_EVENT },
	{ "xdp", required_argument, NULL, OPTION_XDP },
	{ "tc", required_argument, NULL, OPTION_TC },
	{ "cgroup", required_argument, NULL, OPTION_CGROUP },
	{ "iter", required_argument, NULL, OPTION_ITER },
	{ "command", required_argument, NULL, 'c' },
	{ "duration", required_argument, NULL, 'd' },
	{ "text", required_argument, NULL, 'e' },
	{ "help", no_argument, NULL, 'h' },
	{ "interval", required_argument, NULL, 'i' },
	{ "list", required_argument, NULL, 'l' },
	{ "count", required_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "pid", required_argument, NULL, 'p' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "disassemble", no_argument, NULL, 'S' },
	{ "time", no_argument, NULL, 'T' },
	{ "version", no_argument, NULL, 'V' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "folded", no_argument, NULL, OPTION_FOLDED },
	{ "svg", required_argument, NULL, OPTION_SVG },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "info", no_argument, NULL, OPTION_INFO },
	{ "programs", no_argument, NULL, OPTION_PROGRAMS },
	{ "print", required_argument, NULL, OPTION_PRINT },
	{ "clear", no_argument, NULL, OPTION_CLEAR },
	{ "top", required_argument, NULL, OPTION_TOP },
	{ "buffer", required_argument, NULL, OPTION_BUFFER },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ "colour", required_argument, NULL, OPTION_COLOR },
	{ "headers", no_argument, NULL, OPTION_HEADERS },
	{ "trace-pipe", no_argument, NULL, OPTION_TRACE_PIPE },
	{ "private", no_argument, NULL, OPTION_PRIVATE },
	{ "cache", required_argument, NULL, OPTION_CACHE },
	{ "include", required_argument, NULL, OPTION_INCLUDE },
	{ 0 },
};

static const char *option_name(int option)
{
	static char letter[] = "-?";

	for (const struct option *name = names; name->name; name++)
		if (name->val == option && option > 255)
			return name->name;
	letter[1] = (char)option;
	return letter;
}

static enum status refuse(int option, const char *value, const char *wanted)
{
	return complain("option %s%s: '%s' is not %s", option > 255 ? "--" : "", option_name(option), value, wanted);
}

static enum status parse_number(int option, const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || !*number || *number > max)
		return refuse(option, text, "a number above 0");
	return STATUS_OK;
}

static enum status parse_seconds(int option, const char *text, double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	if (end == text || *end || !isfinite(*seconds) || (*seconds != 0 && *seconds < 0.001) || *seconds > 1e9)
		return refuse(option, text, "a number of seconds, or 0 for none");
	return STATUS_OK;
}

static enum status parse_color(const char *text, enum color *color)
{
	static const char *const whens[] = {
		[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"
	};

	for (unsigned int i = 0; i < sizeof whens / sizeof *whens; i++)
		if (strcmp(text, whens[i]) == 0) {
			*color = (enum color)i;
			return STATUS_OK;
		}
	return refuse(OPTION_COLOR, text, "auto, always or never");
}

/* Where a program is attached to: the kind of probe that the option stands for. */
static const char *probe_kind(int option)
{
	switch (option) {
	case 'k':
		return "kprobe:";
	case 'r':
		return "kretprobe:";
	case 't':
		return "tracepoint:";
	case 'u':
		return "uprobe:";
	case OPTION_URETPROBE:
		return "uretprobe:";
	case OPTION_RAW_TRACEPOINT:
		return "rawtracepoint:";
	case OPTION_USDT:
		return "usdt:";
	case OPTION_XDP:
		return "xdp:";
	case OPTION_TC:
		return "tc:";
	case OPTION_CGROUP:
		return "cgroup:";
	case OPTION_ITER:
		return "iter:";
	case OPTION_PERF_EVENT:
	case 'a':
		return "";
	default:
		return NULL;
	}
}

static enum status take_number(struct options *o, int option, const char *value)
{
	uint64_t number = 0;
	enum status status;

	switch (option) {
	case 'n':
		return parse_number(option, value, UINT64_MAX, &o->count);
	case OPTION_TOP:
		return parse_number(option, value, UINT64_MAX, &o->top);
	case OPTION_BUFFER:
		status = parse_number(option, value, 1 << 16, &o->pages);
		if (!status && (o->pages & (o->pages - 1)))
			status = refuse(option, value, "a power of two");
		return status;
	case 'd':
		return parse_seconds(option, value, &o->duration);
	case 'i':
		return parse_seconds(option, value, &o->interval);
	default:
		status = parse_number(option, value, 1 << 22, &number);
		o->pid = (int)number;
		return status;
	}
}

/* What goes to the compiler as it is. */
static void take_flag(struct options *o, int option, const char *value)
{
	if (option == OPTION_INCLUDE) {
		words_add(&o->cflags, "-include");
		words_add(&o->cflags, "%s", value);
	} else {
		words_add(&o->cflags, "-%c%s", option, value ? value : "");
	}
}

static void take_switch(struct options *o, int option)
{
	switch (option) {
	case 'h':
		o->action = ACTION_HELP;
		break;
	case 'V':
		o->action = ACTION_VERSION;
		break;
	case 'S':
		o->action = ACTION_DISASSEMBLE;
		break;
	case OPTION_CHECK:
		o->action = ACTION_CHECK;
		break;
	case OPTION_INFO:
		o->action = ACTION_INFO;
		break;
	case OPTION_PROGRAMS:
		o->action = ACTION_PROGRAMS;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'T':
		o->time = true;
		break;
	case OPTION_JSON:
		o->format = FORMAT_JSON;
		break;
	case OPTION_FOLDED:
		o->format = FORMAT_FOLDED;
		break;
	case OPTION_CLEAR:
		o->clear = true;
		break;
	case OPTION_HEADERS:
		o->kernel_headers = true;
		break;
	case OPTION_TRACE_PIPE:
	case OPTION_PRIVATE:
		o->trace_pipe = option == OPTION_TRACE_PIPE;
		break;
	}
}

static void take_text(struct options *o, int option, const char *value)
{
	switch (option) {
	case 1:
		words_add(&o->words, "%s", value);
		break;
	case 'c':
		o->command = value;
		break;
	case 'e':
		o->text = value;
		break;
	case 'l':
		o->action = ACTION_LIST;
		o->list = value;
		break;
	case 'o':
		o->output = value;
		break;
	case OPTION_SVG:
		o->svg = value;
		break;
	case OPTION_PRINT:
		words_add(&o->prints, "%s", value);
		break;
	case OPTION_CACHE:
		o->cache = value;
		break;
	}
}

static bool is_letter_of(int option, const char *set)
{
	return option < 256 && strchr(set, option);
}

static enum status take_option(struct options *o, int option, const char *value)
{
	const char *kind = probe_kind(option);

	if (kind)
		words_add(&o->probes, "%s%s", kind, value);
	else if (is_letter_of(option, "DIUWw") || option == OPTION_INCLUDE)
		take_flag(o, option, value);
	else if (is_letter_of(option, "dinp") || option == OPTION_TOP || option == OPTION_BUFFER)
		return take_number(o, option, value);
	else if (option == OPTION_COLOR)
		return parse_color(value, &o->color);
	else if (value)
		take_text(o, option, value);
	else
		take_switch(o, option);
	return STATUS_OK;
}

static enum status refuse_option(char **argv, int option)
{
	const char *word = argv[optind - 1];

	if (option == ':')
		return complain("option %s needs a value; cbcc --help tells more", word);
	if (optopt && strncmp(word, "--", 2) != 0)
		return complain("there is no option -%c; cbcc --help lists them", optopt);
	return complain("there is no option %s, or it has no value, or is not clear; cbcc --help lists them", word);
}

enum status options_parse(struct options *o, int argc, char **argv)
{
	enum status status = STATUS_OK;
	int option;

	opterr = 0;
	optind = 0; /* from the beginning, with glibc's own state */
	while (!status && (option = getopt_long(argc, argv, letters, names, NULL)) != -1)
		status = option == '?' || option == ':' ? refuse_option(argv, option)
							: take_option(o, option, optarg);
	for (; !status && optind < argc; optind++) /* behind "--" */
		words_add(&o->words, "%s", argv[optind]);
	return status;
}

void options_free(struct options *o)
{
	words_free(&o->words);
	words_free(&o->cflags);
	words_free(&o->probes);
	words_free(&o->prints);
}
