/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/unusable_builtins.h"

#include <llvm/ADT/StringRef.h>

namespace compiler {
namespace {

constexpr llvm::StringLiteral names[] = {
    // Of machines that have caches to clear, and frames to unwind.
    "__builtin___clear_cache",
    "__builtin_dwarf_cfa",
    "__builtin_eh_return",
    "__builtin_init_dwarf_reg_size_table",
    "__builtin_unwind_init",
    // Of Windows.
    "_abnormal_termination",
    "__abnormal_termination",
    // Crashes where its size is no constant.
    "__atomic_always_lock_free",
    // Of shaders.
    "__builtin_hlsl_create_handle",
    "__builtin_hlsl_dot",
    "__builtin_hlsl_elementwise_all",
    "__builtin_hlsl_elementwise_any",
    "__builtin_hlsl_elementwise_clamp",
    "__builtin_hlsl_elementwise_frac",
    "__builtin_hlsl_elementwise_isinf",
    "__builtin_hlsl_elementwise_rcp",
    "__builtin_hlsl_elementwise_rsqrt",
    "__builtin_hlsl_lerp",
    "__builtin_hlsl_mad",
    "__builtin_hlsl_wave_active_count_bits",
    "__builtin_hlsl_wave_get_lane_index",
    // Of numbers that BPF has no instructions for.
    "__builtin_acosf16",
    "__builtin_asinf16",
    "__builtin_atanf16",
    "__builtin_ceilf16",
    "__builtin_copysignf16",
    "__builtin_cosf16",
    "__builtin_coshf16",
    "__builtin_exp10f16",
    "__builtin_exp2f16",
    "__builtin_expf16",
    "__builtin_fabsf16",
    "__builtin_floorf16",
    "__builtin_fmaf16",
    "__builtin_fmaxf16",
    "__builtin_fminf16",
    "__builtin_fmodf16",
    "__builtin_log10f16",
    "__builtin_log2f16",
    "__builtin_logf16",
    "__builtin_powf16",
    "__builtin_rintf16",
    "__builtin_roundf16",
    "__builtin_roundevenf16",
    "__builtin_sinf16",
    "__builtin_sinhf16",
    "__builtin_sqrtf16",
    "__builtin_tanf16",
    "__builtin_tanhf16",
    "__builtin_truncf16",
    "__builtin_canonicalizef16",
    "__builtin_ldexpf16",
};

} // namespace

void forgetUnusableBuiltins(clang::IdentifierTable &table) {
  for (llvm::StringRef name : names)
    if (auto found = table.find(name); found != table.end() && found->second->getBuiltinID())
      found->second->clearBuiltinID();
}

} // namespace compiler
