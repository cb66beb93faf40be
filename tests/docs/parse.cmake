# SPDX-License-Identifier: Apache-2.0
# Reads FILE as CMake does, and does nothing of what it says.
file(READ "${FILE}" code)
cmake_language(EVAL CODE "function(unused)\n${code}\nendfunction()")
