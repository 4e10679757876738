/** What a hostile page can do, as functions of its window. */
window.attack = {
  /** The status and body of an answer that the page could read. */
  async send(url, init) {
    try {
      const response = await fetch(url, init);
      return response.type === 'opaque' ? undefined : `${response.status} ${await response.text()}`;
    } catch {
      return undefined;
    }
  },

  submitForm(action, fields) {
    const form = Object.assign(document.createElement('form'), { method: 'post', action });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(form);
    form.submit();
  },

  /** Whether a WebSocket opened. */
  connects(url) {
    return new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
  },

  /** Whether an image or a stream of events told the page anything but an error. */
  async loads(url) {
    const image = new Promise((resolve) => {
      const element = new Image();
      element.onload = () => resolve(true);
      element.onerror = () => resolve(false);
      element.src = url;
    });
    const events = new Promise((resolve) => {
      const source = new EventSource(url);
      source.onopen = () => resolve(true);
      source.onerror = () => {
        source.close();
        resolve(false);
      };
    });
    return (await Promise.all([image, events])).includes(true);
  },
};
