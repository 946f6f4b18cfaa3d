/* SPDX-License-Identifier: Apache-2.0
 *
 * Types that every generated library shares, and the executor that runs its program.
 *
 * A program is data: bands (how the rows of a tensor lie in the arena), layers (which rows a
 * step reads and writes, and the kernel call), and the weave (the order of the steps). The
 * compiler makes all three and proves that no step reads a row that is not there.
 */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include <stddef.h>
#include <stdint.h>

#include "weft/port.h"
#include "weft/step.h"

/* Changes whenever a declaration that generated code uses changes; generated code checks it. */
#define WEFT_RUNTIME_ABI 5

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    WEFT_OK = 0,              /* done */
    WEFT_AGAIN = 1,           /* a step was run, more are to come */
    WEFT_NEED_ROW = 2,        /* nothing to do until the next input row comes */
    WEFT_ERROR_NULL = -1,     /* a null pointer */
    WEFT_ERROR_NOT_INIT = -2, /* the handle was not initialized */
    WEFT_ERROR_ALIGN = -3,    /* the arena is not aligned to 4 bytes */
    WEFT_ERROR_SELFTEST = -4, /* an output differs from the stored one */
    WEFT_ERROR_SEQUENCE = -5  /* an input row, or another call, that is not due now */
} weft_status;

/* Rows of a tensor in the arena: row y lies in slot (first + y) % slots. Sizes in bytes. The `lead`
 * bytes in front of a row and the `trail` bytes behind it hold `fill`, the zero point. Where
 * `joint`, the lead of a row was filled as the trail of the row above, except in slot 0. A part of
 * a joined tensor has a band inside that of the whole. */
typedef struct {
    uint32_t offset;  /* of the first element of slot 0 in the arena */
    uint32_t stride;  /* from a slot to the next */
    uint32_t payload; /* of a row */
    uint16_t slots;
    uint16_t height; /* rows of the tensor */
    uint16_t lead;
    uint16_t trail;
    int8_t fill;
    uint8_t joint;
    uint16_t first; /* slot of row 0; 0 in bands that are read */
} weft_band;

/* Stands for the advance of an input whose rows follow no stride. */
#define WEFT_BY_TABLE 0xffffu

/* An input of a layer: step k reads `count` rows from row start + k * advance on; for an advance of
 * WEFT_BY_TABLE from row rows[start + k] of the program on. */
typedef struct {
    const int8_t *outside; /* stands for a row outside the image: zero points, or NULL */
    const weft_band *band;
    int16_t start;
    uint16_t count;
    uint16_t advance;
    uint16_t lead; /* bytes of border that the kernel reads in front of a row */
} weft_reader;

/* A layer: its kernel call, its inputs and outputs, and the rows that a step makes. A layer
 * without a call stands for an input whose rows the caller brings. */
typedef struct {
    void (*run)(const weft_step *step);
    const weft_reader *readers;
    const weft_band *const *writers;
    uint32_t scratch; /* arena offsets */
    uint32_t state;
    uint16_t reader_count;
    uint16_t writer_count;
    uint16_t steps;
    uint16_t block;    /* rows that a step writes */
    uint16_t advance;  /* rows from a step's first to the next step's; 0 accumulates into row 0 */
    uint16_t bordered; /* rows, from the first on, that get their borders; later ones find them */
} weft_layer;

/* The weave is a list of blocks, each: times, entries, then entries times (layer, steps), as
 * variable-length integers (7 bits a byte, low first, bit 7 set when more follow). A block of 0
 * times ends it. */
typedef struct {
    const weft_layer *layers;
    const uint8_t *weave;
    const int16_t *rows; /* NULL if no layer has a table of rows */
    uint16_t layer_count;
} weft_program;

/* Place in the weave. */
typedef struct {
    uint32_t block; /* first entry of the current block */
    uint32_t next;  /* next entry */
    uint16_t times; /* how often the block still runs, this time included */
    uint16_t entries;
    uint16_t left;  /* entries of this time that are still to be read */
    uint16_t layer; /* of the current entry */
    uint16_t run;   /* its steps that are still to be taken */
} weft_cursor;

#if WEFT_OBSERVE
/* Called after a row of a layer's output is finished. */
typedef void (*weft_observer)(void *context, uint16_t layer, uint16_t output, uint16_t row,
                              const int8_t *data, uint32_t bytes);
#endif

typedef enum { WEFT_IDLE = 0, WEFT_RUNNING = 1, WEFT_DONE = 2 } weft_phase;

/* One inference in progress. */
typedef struct {
    const weft_program *program;
    int8_t *arena;
    weft_cursor cursor;
    uint8_t phase;
#if WEFT_OBSERVE
    weft_observer observer;
    void *context;
#endif
} weft_state;

/* What a library was generated from, and its sizes in bytes. */
typedef struct {
    const char *name;
    const char *version; /* of the compiler */
    const char *target;
    const char *model_sha256;
    uint32_t arena_bytes;
    uint32_t input_bytes;
    uint32_t output_bytes;
    uint32_t weights_bytes;
    uint32_t macs;
    uint16_t layers;
} weft_info;

/* Binds a handle to its program and arena; `progress` has an element for each layer. */
weft_status weft_bind(weft_state *state, const weft_program *program, void *arena,
                      uint16_t *progress);

/* Back to the start of an inference. */
void weft_rewind(weft_state *state, uint16_t *progress);

/* As many steps as there are. */
#define WEFT_ALL_STEPS UINT32_MAX

/* Runs the next steps, at most so many. WEFT_OK after the last of all, WEFT_NEED_ROW before one
 * that waits for a row of the input, else WEFT_AGAIN; the step after the last begins a new
 * inference. `in` and `out` have room for the row pointers of any layer. */
weft_status weft_execute(weft_state *state, uint16_t *progress, const int8_t **in, int8_t **out,
                         uint32_t most);

/* For inputs that come row by row: takes the next row when weft_execute has asked for it. Returns
 * WEFT_AGAIN, or WEFT_OK when nothing is left to do; WEFT_ERROR_SEQUENCE while steps wait to be
 * run, and after the last row until weft_rewind. */
weft_status weft_put_row(weft_state *state, uint16_t *progress, const void *row);

/* Takes the next row and runs all steps that come before the next but one. */
weft_status weft_push_row(weft_state *state, uint16_t *progress, const void *row, const int8_t **in,
                          int8_t **out);

#ifdef __cplusplus
}
#endif

#endif
