/* In the place of libbpf's: helpers are declared when a program names them. */
