/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernels of LSTM layers share: all but the products with weights. Twin of
 * UnidirectionalSequenceLstm.reference.
 */
#ifndef WEFT_LSTM_STEP_H
#define WEFT_LSTM_STEP_H

#include "weft/inline.h"
#include "weft/linear.h"
#include "weft/lstm_s8.h"
#include "weft/sigmoid_table.h"

#include <string.h>

enum { WEFT_LSTM_GATES = 4, WEFT_LSTM_CELL_GATE = 2 };

static inline int32_t weft_lstm_clamp16(int32_t x)
{
    return weft_clamp(x, INT16_MIN, INT16_MAX);
}

/* A gate of a unit, in units of 2^-15, from its products with the input and the hidden state.
 * `row`: of the weights. What goes into the activation is in units of 2^-12. */
WEFT_INLINE int16_t weft_lstm_gate(const weft_lstm_s8_params *p, int32_t gate, int32_t row,
                                   int32_t products, int32_t again)
{
    const int32_t sum = (int32_t)((uint32_t)products + (uint32_t)p->input_bias[row]);
    again += p->recurrent_bias[row];
    const int32_t v = weft_lstm_clamp16(
        weft_lstm_clamp16(weft_requantize(sum, p->input_multiplier[gate], p->input_shift[gate])) +
        weft_lstm_clamp16(
            weft_requantize(again, p->recurrent_multiplier[gate], p->recurrent_shift[gate])));
    return (int16_t)(gate == WEFT_LSTM_CELL_GATE ? weft_tanh_s16(v, 3, 0)
                                                 : weft_logistic_s16(v, 3, 0));
}

static int16_t weft_lstm_next_cell(const weft_lstm_s8_params *p, int32_t cell, int32_t i, int32_t f,
                                   int32_t g)
{
    const int32_t kept =
        weft_lstm_clamp16(weft_requantize(f * cell, 1 << 30, -14)); /* f * cell / 2^15 */
    const int32_t added =
        weft_lstm_clamp16(weft_requantize(i * g, p->update_multiplier, p->update_shift));
    return (int16_t)weft_clamp(weft_lstm_clamp16(kept + added), -p->clip, p->clip);
}

static int8_t weft_lstm_next_hidden(const weft_lstm_s8_params *p, int32_t cell, int32_t o)
{
    const int32_t product = weft_tanh_s16(cell, p->tanh_multiplier, p->tanh_shift) * o;
    return weft_output_s8(product, p->hidden_multiplier, p->hidden_shift, p->hidden_zero_point,
                          INT8_MIN, INT8_MAX);
}

/* All gates, in units of 2^-15: they read the hidden state before any unit changes it. */
typedef void weft_lstm_gates(const weft_lstm_s8_params *p, const int8_t *x, const int8_t *hidden,
                             int16_t *out);

WEFT_INLINE void weft_lstm_steps(const weft_lstm_s8_params *p, const weft_step *s,
                                 weft_lstm_gates *all_gates)
{
    const int8_t *x = s->in[0];
    int8_t *out = s->out[0], *hidden = s->out[1];
    int16_t *cell = (int16_t *)(void *)s->out[2], *gates = (int16_t *)(void *)s->scratch;
    const int32_t n = p->units;
    for (int32_t step = 0; step < p->steps; step++, x += p->inputs, out += n) {
        all_gates(p, x, hidden, gates);
        for (int32_t u = 0; u < n; u++) {
            cell[u] = weft_lstm_next_cell(p, cell[u], gates[u], gates[n + u], gates[2 * n + u]);
            hidden[u] = weft_lstm_next_hidden(p, cell[u], gates[3 * n + u]);
        }
        memcpy(out, hidden, (size_t)n);
    }
}

#endif
