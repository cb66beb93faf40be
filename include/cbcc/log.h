/* SPDX-License-Identifier: Apache-2.0 */
/* cbcc: what the library says while it works, by a callback. A part of cbcc.h. */
#ifndef CBCC_LOG_H
#define CBCC_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

/** How much a message for the log callback matters. */
enum cbcc_log_level {
	CBCC_LOG_WARN = 0, /**< the program works, but perhaps not as meant: a compiler warning, a fallback */
	CBCC_LOG_INFO = 1, /**< what was done, where more than one way existed */
	CBCC_LOG_DEBUG = 2, /**< output asked for by cbcc_opts.debug */
};

/** What cbcc_opts.debug can ask for; the bits of BCC's debug argument. All of it goes to the log callback. */
enum cbcc_debug {
	CBCC_DEBUG_LLVM_IR = 0x1,      /**< LLVM IR: the text's, and what the code generator is given */
	CBCC_DEBUG_BPF = 0x2,          /**< the verifier's log of every program loaded */
	CBCC_DEBUG_PREPROCESSOR = 0x4, /**< the preprocessed text */
	CBCC_DEBUG_SOURCE = 0x8,       /**< the object disassembled, with the lines it comes from */
	CBCC_DEBUG_BPF_REGISTER_STATE = 0x10, /**< as BPF, with the registers at every instruction */
	CBCC_DEBUG_BTF = 0x20,                /**< the object's types as C; libbpf's messages */
};

/**
 * Receives one message, without a newline at its end (a message may span lines). The text is valid during the
 * call only. Called in the thread that called cbcc. It must not call cbcc for the same handle.
 */
typedef void (*cbcc_log_fn)(void *log_ctx, enum cbcc_log_level level, const char *message);

#ifdef __cplusplus
}
#endif

#endif
