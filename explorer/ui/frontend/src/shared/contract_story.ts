// Written by `python -m explorer.ui.components.typescript` from contract_story.py.

/** A VAE of the family. */
export interface StoryMemberData {
  name: string;
  beta: number;
  /** Loss of the test images, in `StoryData.unit`. */
  reconstruction: number;
  /** KL loss of the test images, in nats. */
  kl: number;
  /** Mean KL divergence of each dimension, in nats. */
  dimensions: number[];
  /** How many of them are in use. */
  active: number;
  /** Standard deviation of all codes together; 1 for the prior. */
  spread: number;
  /** Share of the codes within the prior's 2σ. */
  within: number;
  /** Address of a .npy array (n, 2) float32. */
  points: string;
  /**
   * Address of a .npy array (pairs + drawn, h, w, c) uint8: reconstructions, and what is drawn from
   * the prior.
   */
  pictures: string;
  /** Of its disentanglement, as `StoryData.scores` names them. */
  scores: number[];
  /** What the model is in effect, in a sentence or two. */
  verdict: string;
}

/** VAEs that differ in β alone, on one slider. */
export interface StoryData {
  role: "story";
  /** Of the family; another name begins another story. */
  name: string;
  /** Number of the member to begin with, or to go to when it changes. */
  start: number;
  /** β rising. */
  members: StoryMemberData[];
  /** Address of a .npy array (n,) int32. */
  labels: string;
  /** Address of a .npy array (pairs, h, w, c) uint8; null where they are not here. */
  originals: string | null;
  /** How many images are reconstructed. */
  pairs: number;
  /** How many are drawn from the prior. */
  drawn: number;
  /** Height, width, channels. */
  image_shape: [number, number, number];
  /** Name of each class. */
  class_names: string[];
  /** CSS colour of each class, as #rrggbb. */
  colors: string[];
  /** Titles of the axes. */
  axes: [string, string];
  /** What the points are. */
  caption: string;
  /** Of the reconstruction loss. */
  unit: string;
  /** What counts as a dimension in use. */
  active: string;
  /** Share of the prior within its own 2σ. */
  expected: number;
  /** Names of scores of disentanglement; none where the factors are not known. */
  scores: string[];
}
