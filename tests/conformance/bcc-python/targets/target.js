// SPDX-License-Identifier: Apache-2.0
// Takes memory, so that it is collected.
function marker() {
	return new Array(100000).fill({});
}

setInterval(marker, 200);
