<?php
// SPDX-License-Identifier: Apache-2.0
// Calls a function.
function marker($value)
{
	return $value;
}

while (true) {
	marker(1);
	usleep(200000);
}
