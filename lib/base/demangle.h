/* SPDX-License-Identifier: Apache-2.0 */
/* The names of C++ functions as people write them. */
#ifndef CBCC_DEMANGLE_H
#define CBCC_DEMANGLE_H

/**
 * "ns::add(int, int)" of "_ZN2ns3addEii"; to be freed. NULL for what is no such name, out of memory, and on a machine
 * without a C++ library, which is looked for at the first name that could be one.
 */
char *demangle(const char *name);

#endif
