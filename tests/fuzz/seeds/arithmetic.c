int f(u64 *ctx) {
	u64 a = ctx[0], b = ctx[1];
	s64 s = a;
	u8 c = a; s16 d = b; u32 e = a >> 3;
	unsigned __int128 w = (unsigned __int128)a << 3;
	return a / (b | 1) + a % 7 + (s >> 2) + c * d - e + (a << (b & 63)) + (u64)(w >> 64) + __builtin_popcountll(a) + __builtin_bswap32(b) + __builtin_clzll(a | 1);
}
