/* SPDX-License-Identifier: Apache-2.0
 *
 * A plain LSTM layer, int8 with an int16 cell state. Registered by
 * codegen/weft/ops/stateful/lstm.py.
 */
#ifndef WEFT_LSTM_S8_H
#define WEFT_LSTM_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rows of weights, biases and multipliers are those of the gates i, f, g (cell) and o in turn.
 * Products of 8 bits add up to less than 2^31; adding the bias wraps. Shifts are -31..30. */
typedef struct {
    const int8_t *input_weights;     /* 4 units x inputs */
    const int8_t *recurrent_weights; /* 4 units x units */
    const int32_t *input_bias;       /* 4 units; with what the input's zero point adds */
    const int32_t *recurrent_bias;   /* 4 units; what the hidden state's zero point adds */
    const int32_t *input_multiplier; /* 4: from sums to activations' inputs, in units of 2^-12 */
    const int32_t *input_shift;
    const int32_t *recurrent_multiplier; /* 4 */
    const int32_t *recurrent_shift;
    int32_t steps; /* time steps, pixels of a row */
    int32_t inputs;
    int32_t units;
    int32_t update_multiplier; /* from units of 2^-30 to the cell state */
    int32_t update_shift;
    int32_t clip;            /* greatest magnitude of the cell state, 1..32768 */
    int32_t tanh_multiplier; /* from the cell state: see weft_sigmoid_steps */
    int32_t tanh_shift;
    int32_t hidden_multiplier; /* from units of 2^-30 to the hidden state */
    int32_t hidden_shift;
    int32_t hidden_zero_point;
} weft_lstm_s8_params;

/* One row. Scratch: 4 int16 for each unit. Behind the output come the hidden state, int8, and the
 * cell state, int16, both in their places. */
void weft_lstm_s8(const weft_lstm_s8_params *p, const weft_step *s);

/* The same for cores with DSP instructions. */
void weft_lstm_s8_dsp(const weft_lstm_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
