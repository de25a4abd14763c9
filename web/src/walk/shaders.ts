// The programs that draw the walk. Light is worked out at the corners and shown as on film there, once lit by the sun
// and once in shadow; a pixel only chooses between the two: that keeps machines without a graphics card quick.

/** As on film: highlights roll off (`worlds/photo.py` develops pictures likewise). Takes linear light, gives display values. */
const FILM = `
uniform float exposure;
vec3 film( vec3 light ) {
  vec3 shown = pow( 1.0 - exp( -exposure * max( light, 0.0 ) ), vec3( 0.4545 ) );
  shown = mix( vec3( dot( shown, vec3( 0.3, 0.59, 0.11 ) ) ), shown, 1.1 );
  shown += 0.2 * ( shown - 0.5 ) * ( 1.0 - abs( 2.0 * shown - 1.0 ) );
  return clamp( shown, 0.0, 1.0 );
}`;

const HAZE = `
uniform float haze;
float hazeAt( float far ) { return 1.0 - exp( -haze * haze * far * far ); }`;

/** From a thing's own axes to the world's. */
const TO_WORLD = `
#ifdef USE_INSTANCING
  mat4 toWorld = modelMatrix * instanceMatrix;
#else
  mat4 toWorld = modelMatrix;
#endif`;

/** Where a corner stands in the world, and its normal there. */
const PLACE = `
${TO_WORLD}
  vec4 world = toWorld * vec4( position, 1.0 );
  vec3 facing = normalize( mat3( toWorld ) * normal );
  vec4 seen = viewMatrix * world;
  gl_Position = projectionMatrix * seen;`;

/** What corners pass to pixels: one text for both programs of a pair. */
const SOLID_PASSED = `
varying vec3 vLit;
varying vec3 vShade;
varying vec2 vUv;
varying float vHaze;
varying vec3 vShadow;`;

export const SOLID_VERTEX = `
uniform vec3 sunDirection;
uniform vec3 sunRgb;
uniform vec3 skyRgb;
uniform vec3 groundRgb;
uniform vec3 tint;
uniform mat4 shadowMatrix;
${SOLID_PASSED}
${FILM}
${HAZE}
void main() {
  ${PLACE}
  vec3 albedo = color * tint;
#ifdef USE_INSTANCING_COLOR
  albedo *= instanceColor;
#endif
  float open = min( 1.0, 0.62 + 0.12 * world.y );
  float direct = dot( facing, sunDirection );
#ifdef LEAF
  open = 1.0;
  direct = 0.75 * max( 0.0, 0.2 + 0.8 * direct ); // light goes through leaves
  albedo = max( vec3( 0.0 ), mix( vec3( dot( albedo, vec3( 0.3, 0.59, 0.11 ) ) ), albedo, 1.35 ) ); // tiles are paler than leaves
#endif
  vec3 air = albedo * open * mix( groundRgb, skyRgb, 0.5 + 0.5 * facing.y );
  vShade = film( air );
  vLit = film( air + albedo * sunRgb * max( 0.0, direct ) );
  vUv = uv;
  vHaze = hazeAt( length( seen.xyz ) );
  vShadow = ( shadowMatrix * ( world + vec4( 0.05 * facing, 0.0 ) ) ).xyz;
}`;

export const SOLID_FRAGMENT = `
uniform vec3 hazeRgb;
uniform sampler2D map;
uniform sampler2DShadow shadows;
${SOLID_PASSED}
void main() {
  vec4 detail = vec4( 1.0 );
#ifdef SHOWN
  detail = texture2D( map, vUv );
#endif
#ifdef LEAF
  if ( detail.a < 0.4 ) discard;
  vec3 colour = vLit;
#else
  vec3 colour = mix( vShade, vLit, texture( shadows, vShadow ) );
#endif
  gl_FragColor = vec4( mix( colour * detail.rgb, hazeRgb, vHaze ), 1.0 );
}`;

const MIRROR_PASSED = `
varying float vHome;
varying vec3 vPlace;
varying vec3 vFacing;
varying vec3 vColour;
varying float vHaze;`;

/** Glass and water: dark, they mirror the sky the more the flatter one looks; some windows are lit in the dark. */
export const MIRROR_VERTEX = `
${MIRROR_PASSED}
${HAZE}
void main() {
  ${PLACE}
  vPlace = world.xyz;
  vFacing = facing;
  vColour = color;
  vHome = uv.x;
  vHaze = hazeAt( length( seen.xyz ) );
}`;

export const MIRROR_FRAGMENT = `
uniform vec3 skyRgb;
uniform vec3 horizonRgb;
uniform vec3 zenithRgb;
uniform vec3 hazeRgb;
uniform float night;
${MIRROR_PASSED}
${FILM}
void main() {
  vec3 looking = normalize( vPlace - cameraPosition );
  vec3 facing = normalize( vFacing );
  vec3 away = reflect( looking, facing );
  float glance = 1.0 - abs( dot( looking, facing ) );
  vec3 mirrored = away.y > 0.0 ? mix( horizonRgb, zenithRgb, min( 1.0, 2.0 * away.y ) ) : 0.2 * horizonRgb;
  vec3 light = mix( vColour * skyRgb, mirrored, 0.16 + 0.74 * glance * glance * glance );
#ifdef LIT
  light += night * step( 0.55, vHome ) * ( 0.3 + vHome ) * vec3( 0.20, 0.125, 0.05 );
#endif
  gl_FragColor = vec4( mix( film( light ), hazeRgb, vHaze ), 1.0 );
}`;

const GROUND_PASSED = `
varying vec2 vUv;
varying vec2 vGrain;
varying float vHaze;`;

/** The ground: its baked picture, mirrored beyond the tile, with grain that is finer than it. */
export const GROUND_VERTEX = `
${GROUND_PASSED}
${HAZE}
void main() {
  vec4 seen = viewMatrix * vec4( position, 1.0 );
  gl_Position = projectionMatrix * seen;
  vUv = uv;
  vGrain = position.xz;
  vHaze = hazeAt( length( seen.xyz ) );
}`;

export const GROUND_FRAGMENT = `
uniform sampler2D baked;
uniform sampler2D grain;
uniform vec3 hazeRgb;
${GROUND_PASSED}
void main() {
  vec4 ground = texture2D( baked, vUv );
  float fine = texture2D( grain, vGrain * 0.31 ).r - 0.5;
  gl_FragColor = vec4( mix( ground.rgb * ( 1.0 + ground.a * fine ), hazeRgb, vHaze ), 1.0 );
}`;

/** Bakes the ground: light, shadows and what hides the sky, in display values; alpha tells how strong fine grain is. */
export const BAKE_VERTEX = `
varying vec2 vUv;
void main() {
  vUv = vec2( uv.x, uv.y );
  gl_Position = vec4( position.xy, 0.0, 1.0 );
}`;

export const BAKE_FRAGMENT = `
uniform sampler2D map;
uniform sampler2D grain;
uniform sampler2D tops;
uniform sampler2DShadow shadows;
uniform mat4 shadowMatrix;
uniform float extent;
uniform float topM;
uniform float reach;
uniform float tint;
uniform vec3 sunRgb;
uniform vec3 skyRgb;
uniform vec3 sunDirection;
varying vec2 vUv;
${FILM}
float sunAt( vec2 place ) {
  return texture( shadows, ( shadowMatrix * vec4( place.x, 0.03, place.y, 1.0 ) ).xyz );
}
float openAt( vec2 place ) {
  float hidden = 0.0;
  for ( int k = 0; k < 24; k++ ) {
    float turn = 2.399963 * float( k );
    float far = 0.35 + 0.16 * float( k );
    vec2 at = ( place + far * vec2( cos( turn ), sin( turn ) ) ) / ( 2.0 * reach ) + 0.5;
    float high = ( 1.0 - texture2D( tops, vec2( at.x, at.y ) ).r ) * topM;
    hidden += clamp( high / far, 0.0, 1.5 ) / 1.5;
  }
  return 1.0 - 0.6 * hidden / 24.0;
}
void main() {
  vec2 place = ( vUv - 0.5 ) * extent;
  vec3 albedo = pow( texture2D( map, vUv ).rgb, vec3( 2.2 ) ) * tint;
  float green = clamp( 6.0 * ( albedo.g / max( albedo.r + albedo.b, 1e-3 ) - 0.5 ), 0.0, 1.0 );
  float coarse = texture2D( grain, place / 9.3 ).g - 0.5;
  float middle = texture2D( grain, place.yx / 7.3 ).r - 0.5;
  albedo *= 1.0 + ( 0.25 + 0.4 * green ) * coarse + ( 0.12 + 0.35 * green ) * middle;
  float sun = 0.0;
  for ( int k = 0; k < 16; k++ ) {
    float turn = 2.399963 * float( k );
    sun += sunAt( place + 0.035 * sqrt( float( k ) ) * vec2( cos( turn ), sin( turn ) ) ) / 16.0;
  }
  vec3 light = skyRgb * openAt( place ) + sunRgb * max( 0.0, sunDirection.y ) * sun;
  gl_FragColor = vec4( film( albedo * light ), 0.35 + 0.45 * green );
}`;

/** Depth only: what the sun sees, and what stands where from above. */
export const DEPTH_VERTEX = `
varying vec2 vUv;
void main() {
  ${TO_WORLD}
  vUv = uv;
  gl_Position = projectionMatrix * viewMatrix * toWorld * vec4( position, 1.0 );
}`;

export const DEPTH_FRAGMENT = `
uniform sampler2D map;
varying vec2 vUv;
void main() {
#ifdef LEAF
  if ( texture2D( map, vUv ).a < 0.4 ) discard;
#endif
  gl_FragColor = vec4( 1.0 );
}`;

export const SKY_VERTEX = `
varying vec2 vUv;
void main() {
  vUv = uv;
  gl_Position = projectionMatrix * vec4( mat3( viewMatrix ) * position, 1.0 );
  gl_Position.z = gl_Position.w * 0.99999;
}`;

export const SKY_FRAGMENT = `
uniform sampler2D map;
varying vec2 vUv;
void main() { gl_FragColor = vec4( texture2D( map, vUv ).rgb, 1.0 ); }`;
