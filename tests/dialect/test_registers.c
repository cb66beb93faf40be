/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PT_REGS_...() of each architecture, on struct pt_regs as its kernel has it. Two ways: what the macros stand for, and
 * for that member's place a program that runs here.
 */
#include "run.h"

#include <stdlib.h>
#include <sys/utsname.h>

#include "pt_regs.h"

#define TEXT_(definition...) #definition
#define TEXT(definition...) TEXT_(definition)

/* Registers by role, as members: PARM1 to PARM6, RET, FP, RC, SP, IP. An empty one must not be defined. */
static const struct {
	const char *machine, *pt_regs;
	const char *members[11];
	const char *syscall_first, *syscall_fourth,
		*syscall_sixth; /* among the registers of a wrapped call */
} machines[] = {
	{ "x86_64",
	  TEXT(PT_REGS_X86_64),
	  { "di", "si", "dx", "cx", "r8", "r9", "sp", "bp", "ax", "sp", "ip" },
	  "di",
	  "r10",
	  "r9" },
	{ "aarch64",
	  TEXT(PT_REGS_ARM64),
	  { "regs[0]", "regs[1]", "regs[2]", "regs[3]", "regs[4]", "regs[5]", "regs[30]", "regs[29]",
	    "regs[0]", "sp", "pc" },
	  "orig_x0",
	  "regs[3]",
	  "regs[5]" },
	{ "s390x",
	  TEXT(PT_REGS_S390),
	  { "gprs[2]", "gprs[3]", "gprs[4]", "gprs[5]", "gprs[6]", "", "gprs[14]", "gprs[11]", "gprs[2]",
	    "gprs[15]", "psw.addr" },
	  "orig_gpr2",
	  "gprs[5]",
	  "gprs[7]" },
	{ "riscv64",
	  TEXT(PT_REGS_RISCV),
	  { "a0", "a1", "a2", "a3", "a4", "a5", "ra", "s0", "a0", "sp", "epc" },
	  "orig_a0",
	  "a3",
	  "a5" },
	{ "ppc64le",
	  TEXT(PT_REGS_POWERPC),
	  { "gpr[3]", "gpr[4]", "gpr[5]", "gpr[6]", "gpr[7]", "gpr[8]", "", "", "gpr[3]", "gpr[1]", "nip" },
	  "orig_gpr3",
	  "gpr[6]",
	  "gpr[8]" },
	{ "loongarch64",
	  TEXT(PT_REGS_LOONGARCH),
	  { "regs[4]", "regs[5]", "regs[6]", "regs[7]", "regs[8]", "regs[9]", "regs[1]", "regs[22]",
	    "regs[4]", "regs[3]", "csr_era" },
	  "regs[4]",
	  "regs[7]",
	  "regs[9]" },
	{ "mips64",
	  TEXT(PT_REGS_MIPS),
	  { "regs[4]", "regs[5]", "regs[6]", "regs[7]", "regs[8]", "regs[9]", "regs[31]", "regs[30]",
	    "regs[2]", "regs[29]", "cp0_epc" },
	  "regs[4]",
	  "regs[7]",
	  "regs[9]" },
};

static const char *const roles[] = { "PARM1", "PARM2", "PARM3", "PARM4", "PARM5", "PARM6",
				     "RET",   "FP",    "RC",    "SP",    "IP" };

#define NROLES (sizeof roles / sizeof *roles)

/* A statement that returns number if the macro is not the member. */
static void compare(FILE *out, const char *macro, const char *member, unsigned int number)
{
	if (*member)
		fprintf(out, "if (&PT_REGS_%s(r) != &r->%s) return %u;\n", macro, member, number);
	else
		fprintf(out, "\n#ifdef PT_REGS_%s\nreturn %u;\n#endif\n", macro, number);
}

/* Compiles with the macros that a machine would have, from their header, and runs here. */
static uint32_t run_for(const char *machine, const char *wrapper, const char *text)
{
	struct utsname host;
	char host_flag[100], machine_flag[100], undefined[NROLES + 1][32];
	const char *cflags[NROLES + 6] = { host_flag, machine_flag, wrapper, "-include", CBCC_TEST_PTRACE_H };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 5 };
	struct cbcc *b;
	uint32_t value;

	assert_int_equal(uname(&host), 0);
	snprintf(host_flag, sizeof host_flag, "-U__TARGET_ARCH_%s", host.machine);
	snprintf(machine_flag, sizeof machine_flag, "-D__TARGET_ARCH_%s", machine);
	/* Not this machine's: the header's are the ones to test. */
	for (size_t i = 0; i <= NROLES; i++) {
		snprintf(undefined[i], sizeof undefined[i], "-UPT_REGS_%s",
			 i < NROLES ? roles[i] : "PARM6_SYSCALL");
		cflags[opts.ncflags++] = undefined[i];
	}
	b = cbcc_new(text, &opts);
	if (!b)
		fail_msg("%s: %s", machine, cbcc_last_error());
	value = run_function(b, "f");
	cbcc_free(b);
	return value;
}

static void registers_by_role_are_those_of_the_calling_convention(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		char *text;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		fprintf(out, "%s;\nint f(void *ctx) {\nstruct pt_regs regs = {}, *r = &regs;\n",
			machines[i].pt_regs);
		for (unsigned int role = 0; role < NROLES; role++)
			compare(out, roles[role], machines[i].members[role], role + 1);
		fprintf(out, "return 100; }");
		fclose(out);
		print_message("    %s\n", machines[i].machine);
		assert_int_equal(run_for(machines[i].machine, "-D__CBCC_SYSCALL_WRAPPER", text), 100);
		free(text);
	}
}

/* A wrapped call's registers are the caller's; without wrappers its arguments are those of a function. */
static void a_system_calls_registers_are_those_of_its_entry(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		char text[2000];

		snprintf(text, sizeof text,
			 "%s;\nint f(void *ctx) {\n"
			 "	struct pt_regs regs = {}, outer = {}, *r = &regs;\n"
			 "	PT_REGS_PARM1(&outer) = (unsigned long)r;\n"
			 "#ifdef __CBCC_SYSCALL_WRAPPER\n"
			 "	return PT_REGS_SYSCALL_CTX(&outer) == r && &PT_REGS_PARM1_SYSCALL(r) == "
			 "&r->%s &&\n"
			 "	       &PT_REGS_PARM2_SYSCALL(r) == &r->%s && &PT_REGS_PARM3_SYSCALL(r) == "
			 "&r->%s &&\n"
			 "	       &PT_REGS_PARM4_SYSCALL(r) == &r->%s && &PT_REGS_PARM5_SYSCALL(r) == "
			 "&r->%s &&\n"
			 "	       &PT_REGS_PARM6_SYSCALL(r) == &r->%s;\n"
			 "#else\n"
			 "	return PT_REGS_SYSCALL_CTX(&outer) == &outer && &PT_REGS_PARM1_SYSCALL(r) == "
			 "&r->%s;\n"
			 "#endif\n}",
			 machines[i].pt_regs, machines[i].syscall_first, machines[i].members[1],
			 machines[i].members[2], machines[i].syscall_fourth, machines[i].members[4],
			 machines[i].syscall_sixth, machines[i].members[0]);
		print_message("    %s\n", machines[i].machine);
		assert_int_equal(run_for(machines[i].machine, "-D__CBCC_SYSCALL_WRAPPER", text), 1);
		assert_int_equal(run_for(machines[i].machine, "-U__CBCC_SYSCALL_WRAPPER", text), 1);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_by_role_are_those_of_the_calling_convention),
		cmocka_unit_test(a_system_calls_registers_are_those_of_its_entry),
	};

	return run_selected_tests(tests, argc, argv);
}
