# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What the guest offers to the tools and to the events of the file `tools`, for drive.py, in the virtual machine only. A
# function need_NAME runs once, before the first tool that names it; the variables it prints are those of what follows.

# disk NAME MIB: a block device that is a file in memory.
disk()
{
	modprobe loop
	truncate -s "$2M" "/run/$1.disk"
	losetup -f --show "/run/$1.disk"
}

# volume TYPE MIB: a file system on a disk of its own, at /run/TYPE, with a file in it.
volume()
{
	modprobe "$1"
	device=$(disk "$1" "$2")
	mkfs -t "$1" "$device" && mkdir "/run/$1" && mount "$device" "/run/$1" || return
	dd if=/dev/urandom "of=/run/$1/data" bs=4k count=64
}

modprobe()
{
	/run/vm/modprobe "$@"
}

need_ext4()
{
	volume ext4 64
	echo "DISK=$(findmnt -no SOURCE /run/ext4)"
}

need_btrfs()
{
	volume btrfs 256
}

need_xfs()
{
	volume xfs 320
}

# What the server keeps about its clients has to be writable.
need_nfs()
{
	modprobe nfsd && modprobe nfsv4
	mount -t nfsd nfsd /proc/fs/nfsd
	cp -a /var/lib/nfs /run/nfs.state && mount --bind /run/nfs.state /var/lib/nfs
	mkdir -p /run/rpc_pipefs /var/lib/nfs/v4recovery
	rpcbind -w
	echo 1 >/proc/fs/nfsd/nfsv4gracetime
	exportfs -o rw,no_root_squash,insecure,fsid=0 127.0.0.1:/run/ext4
	rpc.nfsd -N 3 2 && rpc.mountd
	echo Y >/proc/fs/nfsd/v4_end_grace
	mkdir /run/nfs && mount -t nfs4 127.0.0.1:/ /run/nfs
}

need_md()
{
	modprobe raid1
	mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --assume-clean "$(disk one 64)" "$(disk two 64)"
}

# Packets to port 4712 disappear as they come in, those to 4713 as they go out.
need_firewall()
{
	iptables -A INPUT -p tcp --dport 4712 -j DROP
	iptables -A OUTPUT -p tcp --dport 4713 -j DROP
}

need_tls()
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /run/key.pem -out /run/cert.pem -subj /CN=localhost -days 9
	start openssl s_server -accept 4433 -key /run/key.pem -cert /run/cert.pem -www
}

# start COMMAND...: in the background, for as long as the guest runs; its process is $!.
start()
{
	setsid "$@" </dev/null >/dev/null 2>&1 &
}

# target VARIABLE COMMAND...: a process to trace.
target()
{
	variable=$1
	shift
	start "$@"
	echo "$variable=$!"
}

need_leak()
{
	target LEAK /usr/bin/python3 "$HERE/targets/leak.py"
}

need_deadlock()
{
	target DEADLOCK /usr/bin/python3 "$HERE/targets/deadlock.py"
}

# Compiled before, as a compiler in the emulator takes minutes.
need_java()
{
	target JAVA java -XX:+ExtendedDTraceProbes -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$CLASSES" Target
	sleep 10
}

need_node()
{
	target NODE node "$HERE/targets/target.js"
	sleep 5
}

need_perl()
{
	target PERL perl "$HERE/targets/target.pl"
}

need_php()
{
	target PHP env USE_ZEND_DTRACE=1 php "$HERE/targets/target.php"
	sleep 3
}

# Of the name by which the tool knows it.
need_python()
{
	ln -s /usr/bin/python3 "$TMPDIR/python"
	target PYTHON "$TMPDIR/python" "$HERE/targets/target.py"
}

need_ruby()
{
	target RUBY ruby "$HERE/targets/target.rb"
	sleep 3
}

need_tcl()
{
	target TCL tclsh "$HERE/targets/target.tcl"
}

need_mariadb()
{
	mkdir -p /run/mysqld /run/mariadb
	target MARIADB mariadbd --no-defaults --user=root --datadir=/run/mariadb --socket=/run/mysqld/mysqld.sock \
		--skip-grant-tables --skip-networking --innodb-buffer-pool-size=16M --innodb-log-file-size=8M
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		! mariadb -e 'select 1' || break
		sleep 5
	done
}

# query SECONDS: one that takes so long.
query()
{
	mariadb -e "select sleep($1)"
}

# A client that sends 100 KiB to a server of its own.
connect()
{
	(sleep 0.5; head -c 102400 /dev/zero | nc -N 127.0.0.1 "$PORT") & timeout 2 nc -l 127.0.0.1 "$PORT"
}

# A process that takes more than its group may.
oom_kill()
{
	group=/sys/fs/cgroup/oom
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p $group
	echo 8M >$group/memory.max
	echo 0 >$group/memory.swap.max
	sh -c "echo \$\$ >$group/cgroup.procs; exec tail /dev/zero"
}

# Who asks for memory while less is free than the kernel keeps has to reclaim some first.
reclaim()
{
	least=$(cat /proc/sys/vm/min_free_kbytes)
	cat /usr/sbin/mariadbd >/dev/null # something to give up
	free=$(sed -n 's/MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo)
	echo $((free + 10000)) >/proc/sys/vm/min_free_kbytes
	dd if=/dev/zero of=/run/reclaim bs=1M count=8
	echo "$least" >/proc/sys/vm/min_free_kbytes
	rm /run/reclaim
}

# Waits for data from the disk, not from memory.
read_disk()
{
	dd "if=$DISK" of=/dev/null bs=4k count=9 iflag=direct
}

drop_caches()
{
	echo 3 >/proc/sys/vm/drop_caches
}
