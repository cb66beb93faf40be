int f(long *ctx) {
	long x = ctx[0], n = 0;
	switch (x & 7) { case 0: n = 1; break; case 1 ... 3: n = 2; default: n += 3; }
	do { n--; } while (n > 0);
	if (x > 4) goto out;
	n = x ? : 5;
out:
	return n + ({ int y = 3; y * 2; });
}
