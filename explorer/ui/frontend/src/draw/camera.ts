import { h } from "../shared/dom";

/** Whether the browser gives a camera here: only over https, or on this machine. */
export function hasCamera(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/** The camera, picture after picture, until it is stopped. */
export class Camera {
  private stream: MediaStream | undefined;
  private handle = 0;

  get on(): boolean {
    return this.stream !== undefined;
  }

  /**
   * @param show Called with each picture: a square from its middle.
   * @throws If there is no camera, or the user does not allow it.
   */
  async start(show: (picture: HTMLCanvasElement) => void): Promise<void> {
    this.stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const video = h("video", { muted: true, playsinline: true });
    video.srcObject = this.stream;
    await video.play();
    const square = h("canvas");
    const context = square.getContext("2d");
    const next = () => {
      if (!this.on) return;
      const { videoWidth: width, videoHeight: height } = video;
      const side = Math.min(width, height);
      if (side > 0 && context) {
        square.width = square.height = side;
        context.drawImage(video, (side - width) / 2, (side - height) / 2);
        show(square);
      }
      this.handle = requestAnimationFrame(next);
    };
    next();
  }

  /** Stops; the last picture stays where it was put. */
  stop(): void {
    cancelAnimationFrame(this.handle);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
  }
}
