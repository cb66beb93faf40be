/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compile cache: what a compile gave, kept in a directory for the next process that asks the same, which then needs
 * no compiler. Whatever is wrong with the cache is a message and a compile, never an error.
 */
#ifndef CBCC_CACHE_H
#define CBCC_CACHE_H

#include "base/log.h"
#include "compiler/compiler.h"

/**
 * compiler_compile(), by way of the cache in a directory. NULL stands for $CBCC_CACHE; if that is unset, or the name is
 * empty, there is no cache.
 */
int cache_compile(const char *directory, const struct compile_request *request, const struct log *log,
		  struct compiled *result);

#endif
