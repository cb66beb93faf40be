/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdio.h>

static const char *const text[] = {
	"Usage:\n"
	"  cbcc [OPTIONS] FILE.c [ARGS]      run an eBPF program in C (BCC's dialect, or libbpf's)\n"
	"  cbcc [OPTIONS] NAME [ARGS]        run a bundled program: cbcc --programs lists them\n"
	"  cbcc [OPTIONS] -e 'TEXT' [ARGS]   run a text\n"
	"  cbcc [OPTIONS] - [ARGS]           run what standard input says\n"
	"  cbcc [OPTIONS] FILE.o             run an object that was built before, without a compiler\n"
	"  cbcc build FILE.c -o FILE.o       build such an object, for this and other machines\n"
	"  cbcc -l PATTERN                   list probes\n"
	"  cbcc --info                       what this kernel can do\n"
	"\n"
	"Functions attach by their names or sections (kprobe__vfs_read, TRACEPOINT_PROBE, SEC(\"...\")) and by\n"
	"these options. Lines, events and maps are printed as they come, maps at the end. Ctrl-C ends.\n",

	"\n"
	"Attach a function of the program; WHERE may be a pattern: 'vfs_*' or '/vfs_(read|write)/'.\n"
	"=FUNCTION may be left out if there is only one, but not of --usdt.\n"
	"  -k, --kprobe NAME[+OFFSET]=FUNCTION       a kernel function; sys_NAME is a system call's\n"
	"  -r, --kretprobe NAME=FUNCTION             its return\n"
	"  -t, --tracepoint CATEGORY:EVENT=FUNCTION\n"
	"      --raw-tracepoint EVENT=FUNCTION\n"
	"  -u, --uprobe FILE:SYMBOL[+OFFSET]=FUNCTION   a function of a program or library (\"c\", \"bash\")\n"
	"      --uretprobe FILE:SYMBOL=FUNCTION         its return\n"
	"      --usdt [FILE:][PROVIDER:]NAME=FUNCTION   without FILE: of the process of -p\n"
	"      --xdp DEVICE[:generic|driver]=FUNCTION   packets that a network device receives\n"
	"      --tc DEVICE:ingress|egress=FUNCTION\n"
	"      --cgroup PATH:TYPE=FUNCTION           connect4, sock_ops, egress ...\n"
	"      --perf-event profile:hz:99=FUNCTION   so often in a second, on every processor\n"
	"                   interval:s:1=FUNCTION    the same on one processor\n"
	"                   software:page-faults:100=FUNCTION, hardware:cache-misses:1000000=FUNCTION\n"
	"                   perf:TYPE:CONFIG:PERIOD=FUNCTION, perf:TYPE:CONFIG:99hz=FUNCTION\n"
	"  -a, --attach KIND:WHERE=FUNCTION          any of these: kprobe, kretprobe, syscall, tracepoint,\n"
	"                   rawtracepoint, kfunc, kretfunc, fmod_ret, lsm, uprobe, uretprobe, usdt,\n"
	"                   xdp, tc, cgroup, iter, profile ...\n",

	"\n"
	"What is traced, and for how long:\n"
	"  -p, --pid PID            this process: uprobes, USDT, counters; the program sees the macro PID.\n"
	"                           Ends with it\n"
	"  -c, --command 'COMMAND'  start a command when all is attached, end with it; PID is its number\n"
	"  -d, --duration SECONDS   end after that time\n"
	"  -n, --count N            end after so many events and lines\n"
	"\n"
	"What is written:\n"
	"  -i, --interval SECONDS   print the maps so often, not only at the end\n"
	"      --clear              empty the maps when they have been printed\n"
	"      --print NAME         print this map; may be given again. Default: all whose names do not begin\n"
	"                           with '_'\n"
	"      --top N              of every map only the N largest\n"
	"  -T, --time               the time of day before every event and line\n"
	"      --json               one JSON object on a line, for everything\n"
	"      --folded             stacks as lines for flame graphs: comm;main;read COUNT\n"
	"      --svg FILE           draw the flame graph\n"
	"  -o, --output FILE        write there instead of to standard output\n"
	"      --color WHEN         auto, always, never (NO_COLOR is honoured)\n"
	"  -q, --quiet              no warnings\n"
	"  -v, --verbose            what is attached, what the library does, the compiler's and verifier's words\n",

	"\n"
	"The compiler:\n"
	"  -D NAME[=VALUE], -U NAME, -I FOLDER, -W WARNING, -w, --include FILE   as every C compiler has them\n"
	"      --headers            compile with the kernel's installed headers\n"
	"      --cache FOLDER       keep what was compiled there ($CBCC_CACHE)\n"
	"      --check              compile and load, attach nothing\n"
	"  -S, --disassemble        print the instructions with the source lines, run nothing\n"
	"      --trace-pipe         bpf_trace_printk() through the machine's trace pipe, not a private stream\n"
	"      --buffer PAGES       of a perf buffer, on each processor, a power of two; default 64\n"
	"\n"
	"  -l, --list [KIND:]PATTERN   'kprobe:vfs_*', 'sched:*', uprobe:FILE:PATTERN, usdt:FILE; with -v the\n"
	"                              arguments of tracepoints and USDT probes\n"
	"      --programs, --info, -h, --help, -V, --version\n"
	"\n"
	"Exit status: 0; 1 usage, files; 2 the text does not compile; 3 the kernel refuses to load it; 4 it cannot\n"
	"be attached.\n",

	"\n"
	"Examples:\n"
	"  cbcc execsnoop                                  who executes what\n"
	"  cbcc execsnoop --help                           what a bundled program shows and takes\n"
	"  cbcc -e 'BPF_HASH(calls); int f(void *c) { u64 p = bpf_get_current_pid_tgid() >> 32;\n"
	"           calls.increment(p); return 0; }' -k vfs_read -d 5\n"
	"  cbcc program.c -k 'vfs_*=count' -i 1            maps every second\n"
	"  cbcc program.c -c 'ls /' --json\n",
};

void help_print(void)
{
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		fputs(text[i], stdout);
}
