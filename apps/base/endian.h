// SPDX-License-Identifier: GPL-2.0-or-later
// Integers as they lie on a disk: byte arrays, so that a forgotten conversion does not compile,
// every structure has alignment 1 and no padding.
#ifndef BASE_ENDIAN_H
#define BASE_ENDIAN_H

#include <stdint.h>

typedef struct {
	uint8_t b[2];
} le16;
typedef struct {
	uint8_t b[4];
} le32;
typedef struct {
	uint8_t b[8];
} le64;
typedef struct {
	uint8_t b[2];
} be16;
typedef struct {
	uint8_t b[4];
} be32;
typedef struct {
	uint8_t b[8];
} be64;

static inline uint16_t le16_get(le16 v)
{
	return (uint16_t)(v.b[0] | v.b[1] << 8);
}
static inline uint32_t le32_get(le32 v)
{
	return (uint32_t)v.b[0] | (uint32_t)v.b[1] << 8 | (uint32_t)v.b[2] << 16 |
	       (uint32_t)v.b[3] << 24;
}
static inline uint64_t le64_get(le64 v)
{
	uint64_t x = 0;

	for (int i = 7; i >= 0; i--)
		x = x << 8 | v.b[i];
	return x;
}
static inline uint16_t be16_get(be16 v)
{
	return (uint16_t)(v.b[0] << 8 | v.b[1]);
}
static inline uint32_t be32_get(be32 v)
{
	return (uint32_t)v.b[0] << 24 | (uint32_t)v.b[1] << 16 | (uint32_t)v.b[2] << 8 |
	       (uint32_t)v.b[3];
}
static inline uint64_t be64_get(be64 v)
{
	uint64_t x = 0;

	for (int i = 0; i < 8; i++)
		x = x << 8 | v.b[i];
	return x;
}

static inline le16 le16_put(uint16_t x)
{
	return (le16){ { (uint8_t)x, (uint8_t)(x >> 8) } };
}
static inline le32 le32_put(uint32_t x)
{
	return (le32){ { (uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16), (uint8_t)(x >> 24) } };
}
static inline le64 le64_put(uint64_t x)
{
	le64 v;

	for (int i = 0; i < 8; i++)
		v.b[i] = (uint8_t)(x >> 8 * i);
	return v;
}
static inline be16 be16_put(uint16_t x)
{
	return (be16){ { (uint8_t)(x >> 8), (uint8_t)x } };
}
static inline be32 be32_put(uint32_t x)
{
	return (be32){ { (uint8_t)(x >> 24), (uint8_t)(x >> 16), (uint8_t)(x >> 8), (uint8_t)x } };
}
static inline be64 be64_put(uint64_t x)
{
	be64 v;

	for (int i = 0; i < 8; i++)
		v.b[i] = (uint8_t)(x >> 8 * (7 - i));
	return v;
}

#endif
