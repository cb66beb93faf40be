/* SPDX-License-Identifier: Apache-2.0 */
/* Where the compiler loads arguments from, against struct pt_regs and the calling conventions of each architecture. */
extern "C" {
#include "test.h"
}
#include "pt_regs.h"

#include "compiler/registers.h"

namespace
{

namespace x86_64
{
PT_REGS_X86_64;
}
namespace arm64
{
PT_REGS_ARM64;
}
namespace s390
{
PT_REGS_S390;
}
namespace riscv
{
PT_REGS_RISCV;
}
namespace powerpc
{
PT_REGS_POWERPC;
}
namespace loongarch
{
PT_REGS_LOONGARCH;
}
namespace mips
{
PT_REGS_MIPS;
}

#define AT(arch, member) offsetof(struct arch::pt_regs, member)

const struct {
	const char *machine;
	unsigned int count; /* of arguments that a function gets in registers */
	size_t functions[6], syscalls[6];
} expected[] = {
	{ "x86_64",
	  6,
	  { AT(x86_64, di), AT(x86_64, si), AT(x86_64, dx), AT(x86_64, cx), AT(x86_64, r8), AT(x86_64, r9) },
	  { AT(x86_64, di), AT(x86_64, si), AT(x86_64, dx), AT(x86_64, r10), AT(x86_64, r8),
	    AT(x86_64, r9) } },
	{ "aarch64",
	  6,
	  { AT(arm64, regs[0]), AT(arm64, regs[1]), AT(arm64, regs[2]), AT(arm64, regs[3]),
	    AT(arm64, regs[4]), AT(arm64, regs[5]) },
	  { AT(arm64, orig_x0), AT(arm64, regs[1]), AT(arm64, regs[2]), AT(arm64, regs[3]),
	    AT(arm64, regs[4]), AT(arm64, regs[5]) } },
	{ "s390x",
	  5,
	  { AT(s390, gprs[2]), AT(s390, gprs[3]), AT(s390, gprs[4]), AT(s390, gprs[5]), AT(s390, gprs[6]) },
	  { AT(s390, orig_gpr2), AT(s390, gprs[3]), AT(s390, gprs[4]), AT(s390, gprs[5]), AT(s390, gprs[6]),
	    AT(s390, gprs[7]) } },
	{ "riscv64",
	  6,
	  { AT(riscv, a0), AT(riscv, a1), AT(riscv, a2), AT(riscv, a3), AT(riscv, a4), AT(riscv, a5) },
	  { AT(riscv, orig_a0), AT(riscv, a1), AT(riscv, a2), AT(riscv, a3), AT(riscv, a4), AT(riscv, a5) } },
	{ "ppc64le",
	  6,
	  { AT(powerpc, gpr[3]), AT(powerpc, gpr[4]), AT(powerpc, gpr[5]), AT(powerpc, gpr[6]),
	    AT(powerpc, gpr[7]), AT(powerpc, gpr[8]) },
	  { AT(powerpc, orig_gpr3), AT(powerpc, gpr[4]), AT(powerpc, gpr[5]), AT(powerpc, gpr[6]),
	    AT(powerpc, gpr[7]), AT(powerpc, gpr[8]) } },
	{ "loongarch64",
	  6,
	  { AT(loongarch, regs[4]), AT(loongarch, regs[5]), AT(loongarch, regs[6]), AT(loongarch, regs[7]),
	    AT(loongarch, regs[8]), AT(loongarch, regs[9]) },
	  { AT(loongarch, regs[4]), AT(loongarch, regs[5]), AT(loongarch, regs[6]), AT(loongarch, regs[7]),
	    AT(loongarch, regs[8]), AT(loongarch, regs[9]) } },
	{ "mips64",
	  6,
	  { AT(mips, regs[4]), AT(mips, regs[5]), AT(mips, regs[6]), AT(mips, regs[7]), AT(mips, regs[8]),
	    AT(mips, regs[9]) },
	  { AT(mips, regs[4]), AT(mips, regs[5]), AT(mips, regs[6]), AT(mips, regs[7]), AT(mips, regs[8]),
	    AT(mips, regs[9]) } },
};

void every_architectures_arguments_are_where_its_kernel_has_them(void **)
{
	for (const auto &machine : expected) {
		const compiler::Registers *found = compiler::findRegisters(machine.machine);

		print_message("    %s\n", machine.machine);
		assert_non_null(found);
		assert_int_equal(found->count, machine.count);
		for (unsigned int i = 0; i < machine.count; i++)
			assert_int_equal(found->functions[i], machine.functions[i]);
		for (unsigned int i = 0; i < 6; i++)
			assert_int_equal(found->syscalls[i], machine.syscalls[i]);
	}
}

void an_unknown_machine_has_none(void **)
{
	assert_null(compiler::findRegisters("vax"));
	assert_null(compiler::findRegisters(""));
}

void the_running_machine_is_known(void **)
{
	assert_non_null(compiler::hostRegisters());
}

} // namespace

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_architectures_arguments_are_where_its_kernel_has_them),
		cmocka_unit_test(an_unknown_machine_has_none),
		cmocka_unit_test(the_running_machine_is_known),
	};

	return run_selected_tests(tests, argc, argv);
}
