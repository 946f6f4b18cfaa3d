/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/lstm_s8.h"

#include "weft/lstm_step.h"

static void all_gates(const weft_lstm_s8_params *p, const int8_t *x, const int8_t *hidden,
                      int16_t *out)
{
    const int8_t *w = p->input_weights, *r = p->recurrent_weights;
    for (int32_t gate = 0, row = 0; gate < WEFT_LSTM_GATES; gate++) {
        for (int32_t unit = 0; unit < p->units; unit++, row++, w += p->inputs, r += p->units) {
            const int32_t products = weft_dot(x, w, p->inputs);
            out[row] = weft_lstm_gate(p, gate, row, products, weft_dot(hidden, r, p->units));
        }
    }
}

void weft_lstm_s8(const weft_lstm_s8_params *p, const weft_step *s)
{
    weft_lstm_steps(p, s, all_gates);
}
