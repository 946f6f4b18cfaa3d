/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/weft.h"

#include <string.h>

static uint32_t next_number(const weft_program *program, uint32_t *at)
{
    uint32_t value = 0;
    uint32_t shift = 0;
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

static int8_t *row_of(const weft_state *state, const weft_band *band, uint32_t row)
{
    return state->arena + band->offset + row % band->slots * band->stride;
}

static int32_t first_row(const weft_program *program, const weft_reader *reader, uint32_t step)
{
    if (reader->advance == WEFT_BY_TABLE) {
        return program->rows[(uint32_t)reader->start + step];
    }
    return reader->start + (int32_t)(step * reader->advance);
}

static const int8_t **point_in(const weft_state *state, const weft_reader *reader, uint32_t step,
                               const int8_t **in)
{
    const weft_band *band = &state->program->bands[reader->band];
    const int32_t height = band->height;
    const uint32_t stride = band->stride, size = band->slots * stride;
    const int8_t *const outside = reader->outside;
    const int8_t *const first = state->arena + band->offset - reader->lead;
    int32_t row = first_row(state->program, reader, step);
    uint32_t at = row < 0 ? 0 : (uint32_t)row % band->slots * stride;
    for (const int8_t **const end = in + reader->count; in != end; row++) {
        if (row < 0 || row >= height) {
            *in++ = outside;
        } else {
            *in++ = first + at;
            at = at + stride == size ? 0 : at + stride;
        }
    }
    return in;
}

static void point_out(const weft_state *state, const weft_layer *layer, uint32_t first,
                      uint32_t rows, int8_t **out)
{
    for (uint32_t w = 0; w < layer->writer_count; w++) {
        const weft_band *band = &state->program->bands[layer->writers[w]];
        for (uint32_t i = 0; i < rows; i++) {
            *out++ = row_of(state, band, first + i);
        }
    }
}

/* After the kernel: it may read where a border goes (it may run in place). */
static void fill_borders(const weft_state *state, const weft_layer *layer, uint32_t rows,
                         int8_t **out)
{
    for (uint32_t w = 0; w < layer->writer_count; w++) {
        const weft_band *band = &state->program->bands[layer->writers[w]];
        if (band->lead == 0 && band->trail == 0) {
            out += rows;
            continue;
        }
        for (uint32_t i = 0; i < rows; i++, out++) {
            memset(*out - band->lead, band->fill, band->lead);
            memset(*out + band->payload, band->fill, band->trail);
        }
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
        const weft_band *band = &state->program->bands[layer->writers[w]];
        for (uint32_t i = 0; i < step->rows; i++) {
            /* A tensor that the layer updates is a band of one row, written by every step. */
            state->observer(state->context, state->cursor.layer, (uint16_t)w,
                            (uint16_t)((first + i) % band->height), step->out[w * step->rows + i],
                            band->payload);
        }
    }
}
#endif

static void run_step(const weft_state *state, uint16_t *progress, const int8_t **in, int8_t **out)
{
    const weft_layer *layer = &state->program->layers[state->cursor.layer];
    uint32_t index = progress[state->cursor.layer]++;
    uint32_t first = index * layer->advance;
    uint32_t height = state->program->bands[layer->writers[0]].height;
    uint32_t rows = height - first < layer->block ? height - first : layer->block;
    const int8_t **next = in;
    for (uint32_t r = 0; r < layer->reader_count; r++) {
        next = point_in(state, &layer->readers[r], index, next);
    }
    point_out(state, layer, first, rows, out);
    weft_step step = {
        .in = in,
        .out = out,
        .scratch = state->arena + layer->scratch,
        .state = state->arena + layer->state,
        .rows = (uint16_t)rows,
        .index = (uint16_t)index,
        .steps = layer->steps,
    };
    layer->run(&step);
    fill_borders(state, layer, rows, out);
#if WEFT_OBSERVE
    observe(state, layer, &step, first);
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

weft_status weft_execute(weft_state *state, uint16_t *progress, const int8_t **in, int8_t **out)
{
    if (state->phase == WEFT_DONE) {
        weft_rewind(state, progress);
    }
    if (!state->program->layers[state->cursor.layer].run) {
        return WEFT_NEED_ROW;
    }
    run_step(state, progress, in, out);
    return go_on(state);
}

weft_status weft_put_row(weft_state *state, uint16_t *progress, const void *row)
{
    const weft_layer *layer = &state->program->layers[state->cursor.layer];
    const weft_band *band = &state->program->bands[layer->writers[0]];
    int8_t *out;
    if (state->phase == WEFT_DONE || layer->run) {
        return WEFT_ERROR_SEQUENCE;
    }
    out = row_of(state, band, progress[state->cursor.layer]++);
    memcpy(out, row, band->payload);
    fill_borders(state, layer, 1, &out);
    return go_on(state);
}

weft_status weft_push_row(weft_state *state, uint16_t *progress, const void *row, const int8_t **in,
                          int8_t **out)
{
    weft_status status = WEFT_AGAIN;
    if (state->phase == WEFT_DONE) {
        return WEFT_ERROR_SEQUENCE;
    }
    while (status == WEFT_AGAIN) { /* steps that need no row yet */
        status = weft_execute(state, progress, in, out);
    }
    if (status == WEFT_NEED_ROW) {
        status = weft_put_row(state, progress, row);
    }
    while (status == WEFT_AGAIN) {
        status = weft_execute(state, progress, in, out);
    }
    return status;
}
