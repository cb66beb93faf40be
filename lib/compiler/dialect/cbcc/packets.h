/*
 * Packets by number: bits at an offset in bytes, of which bit 0 is a byte's highest. By name: <bcc/proto.h>. A macro comes
 * into being where it is mentioned.
 */

/* Moves a cursor over a header: its address, which is an offset. */
#define cursor_advance(cursor, length)                                                                       \
	({                                                                                                   \
		void *cbcc_cursor = (cursor);                                                                \
		(cursor) += (length);                                                                        \
		cbcc_cursor;                                                                                 \
	})

/* The width of the integer that so many bits are in; and that integer. */
#define CBCC_PACKET_WIDTH(bits) ((bits) <= 8 ? 8 : (bits) <= 16 ? 16 : (bits) <= 32 ? 32 : 64)
#define CBCC_PACKET_LOAD(skb, offset, bits)                                                                  \
	((bits) <= 8	? load_byte(skb, offset)                                                             \
	 : (bits) <= 16 ? load_half(skb, offset)                                                             \
	 : (bits) <= 32 ? load_word(skb, offset)                                                             \
			: load_dword(skb, offset))

#define bpf_dext_pkt(skb, offset, first, bits)                                                               \
	({                                                                                                   \
		u64 cbcc_offset = (offset), cbcc_bits = (bits), cbcc_end = (first) + cbcc_bits;              \
		u64 cbcc_behind = CBCC_PACKET_WIDTH(cbcc_end) - cbcc_end;                                    \
		CBCC_PACKET_LOAD(skb, cbcc_offset, cbcc_end) >> cbcc_behind & MASK(cbcc_bits);               \
	})
#define bpf_dins_pkt(skb, offset, first, bits, value)                                                        \
	({                                                                                                   \
		u64 cbcc_offset = (offset), cbcc_bits = (bits), cbcc_end = (first) + cbcc_bits;              \
		u64 cbcc_width = CBCC_PACKET_WIDTH(cbcc_end), cbcc_behind = cbcc_width - cbcc_end;           \
		u64 cbcc_mask = MASK(cbcc_bits) << cbcc_behind;                                              \
		u64 cbcc_value = (u64)(value) << cbcc_behind & cbcc_mask;                                    \
		if (cbcc_bits != cbcc_width)                                                                 \
			cbcc_value |= CBCC_PACKET_LOAD(skb, cbcc_offset, cbcc_end) & ~cbcc_mask;             \
		cbcc_value = bpf_htonll(cbcc_value << (64 - cbcc_width));                                    \
		bpf_skb_store_bytes(skb, cbcc_offset, &cbcc_value, cbcc_width / 8, 0);                       \
	})

/*
 * A checksum in the packet follows a change of what it covers, from one value in the host's order to another. The packet
 * is that of the function around (passes/packets.cc).
 */
#define CBCC_NETWORK_ORDER(value, like)                                                                      \
	(sizeof(like) == 2 ? bpf_htons(value) : sizeof(like) == 4 ? bpf_htonl(value) : (u64)(value))
#define CBCC_REPLACE_CHECKSUM(helper, checksum, from, to, flags)                                             \
	({                                                                                                   \
		extern void *cbcc_skb(void);                                                                 \
		u32 cbcc_from = CBCC_NETWORK_ORDER(from, to), cbcc_to = CBCC_NETWORK_ORDER(to, to);          \
		helper(cbcc_skb(), (u64)(checksum), cbcc_from, cbcc_to, (flags) | sizeof(to));               \
	})
#define incr_cksum_l3(checksum, from, to) CBCC_REPLACE_CHECKSUM(bpf_l3_csum_replace, checksum, from, to, 0)
#define incr_cksum_l4(checksum, from, to, is_pseudo)                                                         \
	CBCC_REPLACE_CHECKSUM(bpf_l4_csum_replace, checksum, from, to, ((is_pseudo) & 1) << 4)
