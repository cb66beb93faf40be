/* In the place of one made by bpftool: the kernel's types are known when a program names them. */
#define __VMLINUX_H__
