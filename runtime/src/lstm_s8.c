/* SPDX-License-Identifier: Apache-2.0
 *
 * See lstm_s8.h. Twin of UnidirectionalSequenceLstm.reference.
 */
#include "weft/lstm_s8.h"

#include "weft/linear.h"
#include "weft/sigmoid_table.h"

#include <string.h>

enum { GATES = 4, CELL_GATE = 2 };

static int32_t clamp16(int32_t x)
{
    return weft_clamp(x, INT16_MIN, INT16_MAX);
}

/* One row of a gate: what goes into its activation, in units of 2^-12. */
static int32_t gate_input(const weft_lstm_s8_params *p, int32_t gate, int32_t row, const int8_t *x,
                          const int8_t *hidden)
{
    const int8_t *w = p->input_weights + (size_t)row * (size_t)p->inputs;
    const int8_t *r = p->recurrent_weights + (size_t)row * (size_t)p->units;
    const uint32_t sum = (uint32_t)weft_dot(x, w, p->inputs) + (uint32_t)p->input_bias[row];
    const int32_t again = weft_dot(hidden, r, p->units) + p->recurrent_bias[row];
    return clamp16(
        clamp16(weft_requantize((int32_t)sum, p->input_multiplier[gate], p->input_shift[gate])) +
        clamp16(weft_requantize(again, p->recurrent_multiplier[gate], p->recurrent_shift[gate])));
}

/* All gates, in units of 2^-15: they read the hidden state before any unit changes it. */
static void all_gates(const weft_lstm_s8_params *p, const int8_t *x, const int8_t *hidden,
                      int16_t *out)
{
    for (int32_t gate = 0, row = 0; gate < GATES; gate++) {
        for (int32_t unit = 0; unit < p->units; unit++, row++) {
            const int32_t v = gate_input(p, gate, row, x, hidden);
            out[row] =
                (int16_t)(gate == CELL_GATE ? weft_tanh_s16(v, 3, 0) : weft_logistic_s16(v, 3, 0));
        }
    }
}

static int16_t next_cell(const weft_lstm_s8_params *p, int32_t cell, int32_t i, int32_t f,
                         int32_t g)
{
    const int32_t kept = clamp16(weft_requantize(f * cell, 1 << 30, -14)); /* f * cell / 2^15 */
    const int32_t added = clamp16(weft_requantize(i * g, p->update_multiplier, p->update_shift));
    return (int16_t)weft_clamp(clamp16(kept + added), -p->clip, p->clip);
}

static int8_t next_hidden(const weft_lstm_s8_params *p, int32_t cell, int32_t o)
{
    const int32_t product = weft_tanh_s16(cell, p->tanh_multiplier, p->tanh_shift) * o;
    return weft_output_s8(product, p->hidden_multiplier, p->hidden_shift, p->hidden_zero_point,
                          INT8_MIN, INT8_MAX);
}

void weft_lstm_s8(const weft_lstm_s8_params *p, const weft_step *s)
{
    const int8_t *x = s->in[0];
    int8_t *out = s->out[0], *hidden = s->out[1];
    int16_t *cell = (int16_t *)(void *)s->out[2], *gates = (int16_t *)(void *)s->scratch;
    const int32_t n = p->units;
    for (int32_t step = 0; step < p->steps; step++, x += p->inputs, out += n) {
        all_gates(p, x, hidden, gates);
        for (int32_t u = 0; u < n; u++) {
            cell[u] = next_cell(p, cell[u], gates[u], gates[n + u], gates[2 * n + u]);
            hidden[u] = next_hidden(p, cell[u], gates[3 * n + u]);
        }
        memcpy(out, hidden, (size_t)n);
    }
}
