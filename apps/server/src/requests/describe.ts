import swagger from '@fastify/swagger';
import type { SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { addSchemas } from '../routes/schemas.js';
import { socketRoute } from '../routes/socket-schemas.js';

/** Adds the OpenAPI description to the server; to be called before any route is added. */
export async function describe(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Grokscope', version },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      // A server without a token accepts requests without one.
      security: [{}, { token: [] }],
    },
    // The plugin of WebSockets hides their routes.
    transformObject: (document) => withSocket(document),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
  });
  addSchemas(app);
}

/** The description, with the route of the WebSocket. */
function withSocket(document: Parameters<SwaggerTransformObject>[0]): ReturnType<SwaggerTransformObject> {
  if (!('openapiObject' in document)) return document.swaggerObject;
  const { openapiObject } = document;
  return { ...openapiObject, paths: { ...openapiObject.paths, '/ws': { get: socketRoute } } };
}
