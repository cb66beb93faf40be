/* SPDX-License-Identifier: Apache-2.0 */
/* USDT probes as <sys/sdt.h> makes them, with arguments of any form: those are given as the note has them. */
#ifndef CBCC_TARGET_PROBE_H
#define CBCC_TARGET_PROBE_H

/* PROBE(provider, name, semaphore symbol or 0, "4@%0 -8@$5", operands...) */
#define PROBE(provider, name, semaphore, arguments, ...)                                                     \
	__asm__ volatile("990: nop\n"                                                                        \
			 ".pushsection .note.stapsdt, \"\", \"note\"\n"                                      \
			 ".balign 4\n"                                                                       \
			 ".4byte 992f - 991f, 994f - 993f, 3\n"                                              \
			 "991: .asciz \"stapsdt\"\n"                                                         \
			 "992: .balign 4\n"                                                                  \
			 "993: .8byte 990b, _.stapsdt.base, " semaphore "\n"                                 \
			 ".asciz \"" provider "\"\n"                                                         \
			 ".asciz \"" name "\"\n"                                                             \
			 ".asciz \"" arguments "\"\n"                                                        \
			 "994: .balign 4\n"                                                                  \
			 ".popsection\n"                                                                     \
			 ".ifndef _.stapsdt.base\n"                                                          \
			 ".pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n"         \
			 ".weak _.stapsdt.base\n"                                                            \
			 ".hidden _.stapsdt.base\n"                                                          \
			 "_.stapsdt.base: .space 1\n"                                                        \
			 ".size _.stapsdt.base, 1\n"                                                         \
			 ".popsection\n"                                                                     \
			 ".endif\n"                                                                          \
			 :                                                                                   \
			 : __VA_ARGS__                                                                       \
			 : "memory")

#endif
