import { Type } from '@sinclair/typebox';
import { defineConfig } from '../platform/config/config.ts';

export const ModelsSettings = Type.Object({
  backend: Type.Union(
    [
      Type.Literal('auto'),
      Type.Literal('node-gpu'),
      Type.Literal('webgpu'),
      Type.Literal('wasm'),
      Type.Literal('cpu'),
    ],
    {
      default: 'auto',
      description:
        'What TensorFlow.js computes on; auto takes the first of node-gpu, webgpu, wasm, cpu that passes its self-test.',
    },
  ),
});

export const modelsConfig = defineConfig({ section: 'models', schema: ModelsSettings });
