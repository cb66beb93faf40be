/* SPDX-License-Identifier: Apache-2.0 */
// The BPF helpers, by name. The table is generated from libbpf's bpf_helper_defs.h.
#ifndef CBCC_HELPERS_H
#define CBCC_HELPERS_H

#include <llvm/ADT/StringRef.h>

namespace compiler {

struct Helper {
  llvm::StringLiteral name;
  unsigned id;
  llvm::StringLiteral returns;    // a C type
  llvm::StringLiteral parameters; // C types, separated by commas; "..." ends a variadic list
};

// Ids that passes and declarations treat in their own way.
enum HelperId : unsigned {
  HelperMapLookupElem = 1,
  HelperMapUpdateElem = 2,
  HelperProbeRead = 4,
  HelperKtimeGetNs = 5,
  HelperTracePrintk = 6,
  HelperGetSmpProcessorId = 8,
  HelperTailCall = 12,
  HelperGetCurrentPidTgid = 14,
  HelperGetCurrentComm = 16,
  HelperPerfEventOutput = 25,
  HelperGetStackid = 27,
  HelperProbeReadStr = 45,
  HelperGetStack = 67,
  HelperGetLocalStorage = 81,
  HelperSkStorageGet = 107,
  HelperSkbOutput = 111,
  HelperProbeReadKernel = 113,
  HelperProbeReadUserStr = 114,
  HelperProbeReadKernelStr = 115,
  HelperXdpOutput = 121,
  HelperRingbufOutput = 130,
  HelperRingbufReserve = 131,
  HelperRingbufSubmit = 132,
  HelperInodeStorageGet = 145,
  HelperTaskStorageGet = 156,
  HelperGetAttachCookie = 174,
  HelperTraceVprintk = 177,
  HelperFindVma = 180,
  HelperMapLookupPercpuElem = 195,
  HelperDynptrData = 203,
  HelperCgrpStorageGet = 210,
};

const Helper *findHelper(llvm::StringRef name);
const Helper *findHelper(unsigned id);

} // namespace compiler

#endif
