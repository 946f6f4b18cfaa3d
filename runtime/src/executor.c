/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/weft.h"

#include <string.h>

static uint32_t next_number(const weft_program *program, uint32_t *at)
{
    uint32_t value = 0, shift = 0;
    uint8_t byte;
    do {
        byte = program->weave[(*at)++];
        value |= (uint32_t)(byte & 0x7fu) << shift;
        shift += 7;
    } while (byte & 0x80u);
    return value;
}

static void open_block(const weft_program *program, weft_cursor *cursor)
{
    cursor->times = (uint16_t)next_number(program, &cursor->next);
    if (cursor->times) {
        cursor->entries = (uint16_t)next_number(program, &cursor->next);
    }
    cursor->block = cursor->next;
    cursor->left = cursor->entries;
    cursor->run = 0;
}

/* Moves to the next step; times is 0 when there is none. */
static void advance(const weft_program *program, weft_cursor *cursor)
{
    if (cursor->run) {
        cursor->run--;
    }
    if (cursor->run) {
        return;
    }
    if (cursor->left == 0) {
        cursor->times--;
        if (cursor->times) {
            cursor->next = cursor->block;
            cursor->left = cursor->entries;
        } else {
            open_block(program, cursor);
            if (cursor->times == 0) {
                return;
            }
        }
    }
    cursor->layer = (uint16_t)next_number(program, &cursor->next);
    cursor->run = (uint16_t)next_number(program, &cursor->next);
    cursor->left--;
}

/* Bytes from the start of a band's first slot to a row. */
static uint32_t place(const weft_band *band, uint32_t row)
{
    return row % band->slots * band->stride;
}

static int32_t first_row(const weft_program *program, const weft_reader *reader, uint32_t step)
{
    return reader->advance == WEFT_BY_TABLE ? program->rows[(uint32_t)reader->start + step]
                                            : reader->start + (int32_t)(step * reader->advance);
}

/* Pointers to the rows from `row` on that a reader wants. */
static const int8_t **point_in(const int8_t *arena, const weft_reader *reader, int32_t row,
                               const int8_t **in)
{
    const weft_band *const band = reader->band;
    const int8_t *const first = arena + band->offset - reader->lead;
    const int8_t *const outside = reader->outside;
    const int32_t height = band->height;
    const uint32_t stride = band->stride, size = band->slots * stride;
    const int8_t **const end = in + reader->count;
    uint32_t at = row < 0 ? 0 : place(band, (uint32_t)row);
    for (; row < 0 && in != end; row++) {
        *in++ = outside;
    }
    for (; row < height && in != end; row++) {
        *in++ = first + at;
        at = at + stride == size ? 0 : at + stride;
    }
    while (in != end) {
        *in++ = outside;
    }
    return in;
}

/* The same for `rows` rows to write. */
static int8_t **point_out(int8_t *arena, const weft_band *band, uint32_t row, uint32_t rows,
                          int8_t **out)
{
    int8_t *const first = arena + band->offset;
    const uint32_t stride = band->stride, size = band->slots * stride;
    uint32_t at = place(band, band->first + row);
    for (int8_t **const end = out + rows; out != end;) {
        *out++ = first + at;
        at = at + stride == size ? 0 : at + stride;
    }
    return out;
}

static void fill_borders(const int8_t *arena, const weft_band *band, int8_t *row)
{
    if (band->lead && (!band->joint || row == arena + band->offset)) {
        memset(row - band->lead, band->fill, band->lead);
    }
    if (band->trail) {
        memset(row + band->payload, band->fill, band->trail);
    }
}

#if WEFT_OBSERVE
static void observe(const weft_state *state, const weft_layer *layer, const weft_step *step,
                    uint32_t first)
{
    if (!state->observer || (layer->advance == 0 && step->index + 1 < step->steps)) {
        return;
    }
    for (uint32_t w = 0; w < layer->writer_count; w++) {
        const weft_band *band = layer->writers[w];
        for (uint32_t i = 0; i < step->rows; i++) {
            /* A tensor that the layer updates is a band of one row, written by every step. */
            state->observer(state->context, state->cursor.layer, (uint16_t)w,
                            (uint16_t)((first + i) % band->height), step->out[w * step->rows + i],
                            band->payload);
        }
    }
}
#endif

/* Runs a step of a layer; `step` has room for it, and row pointers that are to be set. */
static void run_step(const weft_state *state, const weft_layer *layer, weft_step *step,
                     const int8_t **in, int8_t **out)
{
    int8_t *const arena = state->arena;
    const weft_band *const *const writers = layer->writers;
    const uint32_t index = step->index, first = index * layer->advance;
    const uint32_t left = writers[0]->height - first;
    const uint32_t rows = left < layer->block ? left : layer->block;
    step->scratch = arena + layer->scratch;
    step->state = arena + layer->state;
    step->rows = (uint16_t)rows;
    step->steps = layer->steps;
    for (uint32_t r = 0; r < layer->reader_count; r++) {
        const weft_reader *reader = &layer->readers[r];
        in = point_in(arena, reader, first_row(state->program, reader, index), in);
    }
    for (uint32_t w = 0; w < layer->writer_count; w++) {
        out = point_out(arena, writers[w], first, rows, out);
    }
    layer->run(step);
    /* Borders come last: the kernel may read where one goes (it may run in place). */
    if (first < layer->bordered) {
        for (uint32_t w = layer->writer_count; w-- > 0;) {
            for (uint32_t i = 0; i < rows; i++) {
                fill_borders(arena, writers[w], *--out);
            }
        }
    }
#if WEFT_OBSERVE
    observe(state, layer, step, first);
#endif
}

weft_status weft_bind(weft_state *state, const weft_program *program, void *arena,
                      uint16_t *progress)
{
    if (!state || !arena) {
        return WEFT_ERROR_NULL;
    }
    if ((uintptr_t)arena % 4u) {
        return WEFT_ERROR_ALIGN;
    }
    memset(state, 0, sizeof *state);
    state->program = program;
    state->arena = (int8_t *)arena;
    weft_rewind(state, progress);
    return WEFT_OK;
}

void weft_rewind(weft_state *state, uint16_t *progress)
{
    memset(progress, 0, state->program->layer_count * sizeof *progress);
    memset(&state->cursor, 0, sizeof state->cursor);
    open_block(state->program, &state->cursor);
    advance(state->program, &state->cursor);
    state->phase = WEFT_IDLE;
}

static weft_status go_on(weft_state *state)
{
    advance(state->program, &state->cursor);
    state->phase = state->cursor.times ? WEFT_RUNNING : WEFT_DONE;
    return state->cursor.times ? WEFT_AGAIN : WEFT_OK;
}

weft_status weft_execute(weft_state *state, uint16_t *progress, const int8_t **in, int8_t **out,
                         uint32_t most)
{
    weft_status status = WEFT_AGAIN;
    weft_step step = {.in = in, .out = out};
    if (state->phase == WEFT_DONE) {
        weft_rewind(state, progress);
    }
    for (; most && status == WEFT_AGAIN; most--) {
        const uint32_t number = state->cursor.layer;
        const weft_layer *const layer = &state->program->layers[number];
        if (!layer->run) {
            return WEFT_NEED_ROW;
        }
        step.index = progress[number]++;
        run_step(state, layer, &step, in, out);
        status = go_on(state);
    }
    return status;
}

weft_status weft_put_row(weft_state *state, uint16_t *progress, const void *row)
{
    const weft_layer *layer = &state->program->layers[state->cursor.layer];
    const weft_band *band = layer->writers[0];
    if (state->phase == WEFT_DONE || layer->run) {
        return WEFT_ERROR_SEQUENCE;
    }
    const uint32_t number = progress[state->cursor.layer]++;
    int8_t *const out = state->arena + band->offset + place(band, number);
    memcpy(out, row, band->payload);
    if (number < layer->bordered) {
        fill_borders(state->arena, band, out);
    }
    return go_on(state);
}

weft_status weft_push_row(weft_state *state, uint16_t *progress, const void *row, const int8_t **in,
                          int8_t **out)
{
    if (state->phase == WEFT_DONE) {
        return WEFT_ERROR_SEQUENCE;
    }
    /* Steps that need no row yet. */
    weft_status status = weft_execute(state, progress, in, out, WEFT_ALL_STEPS);
    if (status == WEFT_NEED_ROW) {
        status = weft_put_row(state, progress, row);
    }
    return status == WEFT_AGAIN ? weft_execute(state, progress, in, out, WEFT_ALL_STEPS) : status;
}
