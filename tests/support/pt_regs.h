/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct pt_regs of the architectures that the compiler knows, as the kernel's arch/ARCH/include/asm/ptrace.h has it,
 * up to the last member that programs use. Of long only: for C, C++ and program texts, on any machine of 64 bits.
 */
#ifndef CBCC_TEST_PT_REGS_H
#define CBCC_TEST_PT_REGS_H

#define PT_REGS_X86_64                                                                                       \
	struct pt_regs {                                                                                     \
		unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, \
			cs, flags, sp, ss;                                                                   \
	}
#define PT_REGS_ARM64                                                                                        \
	struct pt_regs {                                                                                     \
		unsigned long regs[31], sp, pc, pstate, orig_x0;                                             \
	}
#define PT_REGS_S390                                                                                         \
	struct pt_regs {                                                                                     \
		unsigned long args[1];                                                                       \
		struct {                                                                                     \
			unsigned long mask, addr;                                                            \
		} psw;                                                                                       \
		unsigned long gprs[16], orig_gpr2;                                                           \
	}
#define PT_REGS_RISCV                                                                                        \
	struct pt_regs {                                                                                     \
		unsigned long epc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, s2,   \
			s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6, status, badaddr, cause,        \
			orig_a0;                                                                             \
	}
#define PT_REGS_POWERPC                                                                                      \
	struct pt_regs {                                                                                     \
		unsigned long gpr[32], nip, msr, orig_gpr3, ctr, link, xer, ccr, softe, trap, dar, dsisr,    \
			result;                                                                              \
	}
#define PT_REGS_LOONGARCH                                                                                    \
	struct pt_regs {                                                                                     \
		unsigned long regs[32], orig_a0, csr_era, csr_badvaddr;                                      \
	}
#define PT_REGS_MIPS                                                                                         \
	struct pt_regs {                                                                                     \
		unsigned long regs[32], cp0_status, hi, lo, cp0_badvaddr, cp0_cause, cp0_epc;                \
	}

#endif
