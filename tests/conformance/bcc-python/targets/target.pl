# SPDX-License-Identifier: Apache-2.0
# Calls a function.
use strict;
use warnings;

sub marker { return shift; }

while (1) {
	marker(1);
	select(undef, undef, undef, 0.2);
}
