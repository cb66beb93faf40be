# SPDX-License-Identifier: Apache-2.0
#
# Sourced. Packages of any suite and architecture through an apt of our own: nothing is installed, and the machine's own
# apt configuration (mirror, proxies) is used, but its package lists are not touched.
#
# The caller has $work, a directory.

# The archives this machine is configured to use, Debian's and others.
mirrors() {
	apt-get update --print-uris | sed -n "s,^'\(.*\)/dists/.*,\1,p" | awk '!seen[$0]++'
}

# configure_apt ARCHITECTURE: an apt in the directory $apt, with nothing installed and no hooks.
configure_apt() {
	apt=$work/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	: >"$work/log"
	cat >"$apt/apt.conf" <<-END
	#clear APT::Update;
	#clear APT::Architectures;
	APT::Architecture "$1";
	APT::Sandbox::User "root";
	APT::Update::Error-Mode "any";
	Acquire::Languages "none";
	Acquire::Retries "3";
	Dir::Etc::SourceList "$apt/sources.list";
	Dir::Etc::SourceParts "/dev/null";
	Dir::Etc::Preferences "/dev/null";
	Dir::Etc::PreferencesParts "/dev/null";
	Dir::State "$apt";
	Dir::State::Status "$apt/status";
	Dir::State::Lists "$apt/lists";
	Dir::Cache "$apt/cache";
	END
}

# update SUITE: downloads its package lists from the first archive that has it, signed by Debian.
update() {
	for uri in $(mirrors); do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $1 main" >"$apt/sources.list"
		! apt-get -c "$apt/apt.conf" update -qq >>"$work/log" 2>&1 || return 0
	done
	cat "$work/log" >&2
	return 1
}
