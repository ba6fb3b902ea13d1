// SPDX-License-Identifier: GPL-2.0-or-later
// Writing a large file on another machine through streams, over connections that break. What may
// not have arrived yet is kept, so that it can be sent again.
#ifndef DEST_FAR_WRITER_H
#define DEST_FAR_WRITER_H

#include "far/far.h"

struct far_writer {
	struct far *far;
	const char *path;
	uint64_t size;	 // bytes that will come in all
	uint64_t length; // of the file over there, when everything has arrived
	uint64_t there;	 // so long it was when that was known for the last time
	struct far_stream s;
	bool streaming, extends; // extends: it began at the end of the file
	uint8_t *ring;		 // [kept, end), at offset % RING; NULL: nothing can be sent again
	uint64_t kept, end;
	unsigned breaks;	// connections that broke
	uint64_t asked;		// w->end when it was asked for the last time how much is there
	uint64_t told;		// so much to hash that was told of
	struct far_stream hash; // hashes over there what has arrived; pid 0: nothing does
};

// length: so much of the file is there. path outlives the writer.
void far_writer_begin(struct far_writer *w, struct far *far, const char *path, uint64_t length,
		      uint64_t size);
int far_writer_put(struct far_writer *w, uint64_t off, const void *p, size_t n, struct err *e);
// Everything has arrived. last: nothing is likely to follow. Before that a server that cannot go
// on with what broke off is not asked: it does not know.
int far_writer_sync(struct far_writer *w, bool last, struct err *e);
// 1: hex is the SHA-256 of the whole file as the server has computed it beside the writing; 0: it
// could not. After far_writer_sync, and when the file is as long as it is to be.
int far_writer_hash(struct far_writer *w, char hex[65], struct err *e);
void far_writer_end(struct far_writer *w); // gives up what is under way

#endif
