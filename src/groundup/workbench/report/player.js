// Steps through the frames of every player on the page. Without it, the page shows the frames marked "key".
for (const player of document.querySelectorAll(".player")) {
  const frames = [...player.querySelectorAll(".frame")];
  const button = (name) => player.querySelector(`[data-go=${name}]`);
  const slider = player.querySelector("input");
  const counter = player.querySelector("output");
  let current = 0;
  let timer = null;

  function show(wanted) {
    current = Math.min(Math.max(wanted, 0), frames.length - 1);
    frames.forEach((frame, k) => frame.classList.toggle("shown", k === current));
    slider.value = current;
    counter.textContent = `${current + 1} of ${frames.length}`;
    slider.setAttribute("aria-valuetext", counter.textContent);
    if (current === frames.length - 1) pause();
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    button("play").textContent = "Play";
  }

  function play() {
    show(current === frames.length - 1 ? 0 : current);
    timer = setInterval(() => show(current + 1), Number(player.dataset.milliseconds));
    button("play").textContent = "Pause";
  }

  const go = {
    first: () => show(0),
    previous: () => show(current - 1),
    play: () => (timer ? pause() : play()),
    next: () => show(current + 1),
    last: () => show(frames.length - 1),
  };
  const keys = { Home: "first", ArrowLeft: "previous", " ": "play", ArrowRight: "next", End: "last" };

  function act(name) {
    if (name !== "play") pause();
    go[name]();
  }

  player.addEventListener("click", (event) => {
    const name = event.target.dataset.go;
    if (name) act(name);
  });
  player.addEventListener("keydown", (event) => {
    const native = event.target === slider || (event.key === " " && event.target.dataset.go);
    if (native || event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    act(keys[event.key]);
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });

  player.classList.add("live");
  show(0); // nothing moves before the reader asks for it
}
