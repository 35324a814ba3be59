//! The toolkit's side: what was decided is put on the screen, keys and clicks are handed on.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use protocol::window::WindowView;
use slint::winit_030::winit::{
    self,
    dpi::{LogicalSize, PhysicalPosition, PhysicalSize},
    event::WindowEvent,
    monitor::MonitorHandle,
};
use slint::winit_030::{EventResult, WinitWindowAccessor};
use slint::{BackendSelector, CloseRequestResponse, ComponentHandle, Timer};

use crate::complaint::without_place;
use crate::gate::{FIRST_MOMENT, Gate};
use crate::icon;
use crate::paint::{self, RequestWindow};
use crate::session::Session;
use crate::system;
use crate::views::{ViewError, read_view};

/// What X11 and Wayland call the program's windows; screen readers and desktops know it by this.
const APPLICATION_ID: &str = "tessera-window";

/// Why there is no window, or none any more.
#[derive(Debug)]
pub enum WindowError {
    /// No display, no font or no library to draw with.
    Toolkit(slint::PlatformError),
    /// Memory for the PIN could not be locked, or the host's end of a pipe failed.
    System(io::Error),
    /// The host said something that is not a view.
    View(ViewError),
}

impl fmt::Display for WindowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WindowError::Toolkit(error) => {
                let words = error.to_string();
                write!(formatter, "no window: {}", without_place(&words))
            }
            WindowError::System(error) => write!(formatter, "{error}"),
            WindowError::View(error) => write!(formatter, "{error}"),
        }
    }
}

impl std::error::Error for WindowError {}

impl From<slint::PlatformError> for WindowError {
    fn from(error: slint::PlatformError) -> Self {
        WindowError::Toolkit(error)
    }
}

impl From<io::Error> for WindowError {
    fn from(error: io::Error) -> Self {
        WindowError::System(error)
    }
}

/// Shows what the host says on standard input until that ends or the person cancels.
pub fn run() -> Result<(), WindowError> {
    let session = Session::new(system::unbuffered_output()?)?;
    BackendSelector::new()
        .backend_name("winit".into())
        .renderer_name("software".into())
        .select()?;
    #[cfg(windows)]
    crate::font::provide();
    slint::set_xdg_app_id(APPLICATION_ID)?;
    let desk = Rc::new(Desk {
        window: RequestWindow::new()?,
        session: RefCell::new(session),
        gate: Cell::default(),
        had_keyboard: Cell::default(),
        has_arrived: Cell::default(),
        failure: RefCell::default(),
    });
    desk.window.set_picture(icon::draw());
    hear_keys_and_clicks(&desk);
    hear_the_screen(&desk);
    let news = read_the_host(&desk)?;
    // The toolkit gives its size only to a window that is shown before it is made, which the loop
    // does at once: one shown later comes at its least size, on a dense screen below that.
    match news.recv() {
        Ok(Ok(Some(view))) => desk.show(view)?,
        Ok(Ok(None)) | Err(_) => return Ok(()),
        Ok(Err(error)) => return Err(WindowError::View(error)),
    }
    desk.window
        .on_news(with(&desk, move |desk| hear_news(desk, &news)));
    slint::run_event_loop_until_quit()?;
    match desk.failure.take() {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

/// What the callbacks share, all of them on the one thread that draws.
struct Desk {
    window: RequestWindow,
    session: RefCell<Session<File>>,
    gate: Cell<Gate>,
    had_keyboard: Cell<bool>,
    has_arrived: Cell<bool>,
    failure: RefCell<Option<WindowError>>,
}

impl Desk {
    fn show(&self, view: WindowView) -> Result<(), WindowError> {
        let change = self.session.borrow_mut().show(view);
        paint::picture(&self.window, &change.picture);
        self.paint_typed();
        if change.is_new {
            self.renew_gate();
            self.window.set_turn(self.window.get_turn().wrapping_add(1));
        }
        if !self.window.window().is_visible() {
            self.window.set_topmost(true);
            self.window.show()?;
        }
        Ok(())
    }

    fn paint_typed(&self) {
        let (length, fit) = self.session.borrow().typed();
        paint::typed(&self.window, length, fit);
    }

    /// Ends the window when an answer cannot be given: the host is gone.
    fn answered(&self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            self.fail(error.into());
        }
    }

    fn fail(&self, failure: WindowError) {
        self.failure.replace(Some(failure));
        leave();
    }

    fn cancel(&self) {
        let outcome = self.session.borrow_mut().cancel();
        self.answered(outcome);
        leave();
    }

    /// Asks the gate something of this moment, or tells it.
    fn at_gate<R>(&self, act: impl FnOnce(&mut Gate, Instant) -> R) -> R {
        let mut gate = self.gate.get();
        let outcome = act(&mut gate, Instant::now());
        self.gate.set(gate);
        outcome
    }

    fn admits_click(&self) -> bool {
        self.at_gate(|gate, now| gate.admits_click(now))
    }

    fn renew_gate(&self) {
        self.at_gate(Gate::renew);
    }
}

fn leave() {
    // Fails only where there is no event loop left to end.
    let _ = slint::quit_event_loop();
}

fn hear_keys_and_clicks(desk: &Rc<Desk>) {
    let window = &desk.window;
    window.on_admits_key(with(desk, |desk| desk.at_gate(Gate::admits_key)));
    window.on_admits_reading(with(desk, |desk| desk.at_gate(Gate::admits_reading)));
    window.on_admits_escape(with(desk, |desk| {
        desk.at_gate(|gate, now| gate.admits_escape(now))
    }));
    window.on_cancel(with(desk, |desk| desk.cancel()));
    window.on_submit(with(desk, |desk| {
        if !desk.admits_click() {
            return;
        }
        let outcome = desk.session.borrow_mut().submit();
        desk.paint_typed();
        desk.answered(outcome);
    }));
    window.on_reshaped(with(desk, |desk| {
        if desk.has_arrived.get() {
            desk.fit_screen();
        }
    }));
    window.on_backspace(with(desk, |desk| {
        desk.session.borrow_mut().backspace();
        desk.paint_typed();
    }));
    let weak = Rc::downgrade(desk);
    window.on_character(move |text| {
        if let Some(desk) = weak.upgrade() {
            desk.session.borrow_mut().character(&text);
            desk.paint_typed();
        }
    });
    let weak = Rc::downgrade(desk);
    window.on_choose(move |index| {
        if let (Some(desk), Ok(index)) = (weak.upgrade(), usize::try_from(index)) {
            // A click meant for what lay here before is no choice.
            if desk.admits_click() {
                let outcome = desk.session.borrow_mut().choose(index);
                desk.answered(outcome);
            }
        }
    });
    let weak = Rc::downgrade(desk);
    window.window().on_close_requested(move || {
        if let Some(desk) = weak.upgrade() {
            desk.cancel();
        }
        CloseRequestResponse::HideWindow
    });
}

/// A callback that does nothing once the desk is gone.
fn with<R, F>(desk: &Rc<Desk>, act: F) -> impl Fn() -> R + use<R, F>
where
    R: Default,
    F: Fn(&Desk) -> R + 'static,
{
    let weak = Rc::downgrade(desk);
    move || weak.upgrade().map(|desk| act(&desk)).unwrap_or_default()
}

/// Notices the first time the window is on the screen.
fn hear_the_screen(desk: &Rc<Desk>) {
    let weak = Rc::downgrade(desk);
    desk.window.window().on_winit_window_event(move |_, event| {
        match (weak.upgrade(), event) {
            (Some(desk), WindowEvent::RedrawRequested) if desk.at_gate(Gate::begin) => {
                // This event is drawn before the timer comes.
                Timer::single_shot(Duration::ZERO, with(&desk, Desk::arrive));
                Timer::single_shot(FIRST_MOMENT, with(&desk, Desk::let_others_above));
            }
            // The keyboard fell to us again, perhaps in the middle of a word. The first time
            // is the window's own first moment.
            (Some(desk), WindowEvent::Focused(true)) if desk.had_keyboard.replace(true) => {
                desk.renew_gate();
            }
            _ => {}
        }
        EventResult::Propagate
    });
}

impl Desk {
    fn arrive(&self) {
        self.window
            .window()
            .with_winit_window(|window| window.focus_window());
        self.has_arrived.set(true);
        self.fit_screen();
        let outcome = self.session.borrow_mut().ready();
        self.answered(outcome);
    }

    /// Above the browser once, so that it is seen; not for ever, so that it is no nuisance.
    fn let_others_above(&self) {
        self.window.set_topmost(false);
    }
}

/// What a window lacks that cannot be as high as it should, in logical pixels: what must be
/// read and done stands close together then, and in wider lines.
const LOW_WINDOW_WIDTH: f64 = 640.0;
const LOW_WINDOW_HEIGHT: f64 = 520.0;

impl Desk {
    /// Makes the window as high as what it shows, as far as the screen has room; never lower
    /// again, so that it does not jump about. Its buttons are always in sight, the rest scrolls.
    fn fit_screen(&self) {
        let scale = f64::from(self.window.window().scale_factor());
        let needed = f64::from(self.window.get_needed_height());
        let is_low = self.window.get_low();
        let fitted = self
            .window
            .window()
            .with_winit_window(|window| fit(window, scale, needed, is_low));
        if fitted == Some(true) {
            self.window.set_low(true);
        }
    }
}

/// Gives the window its size; true where there is little room.
fn fit(window: &winit::window::Window, scale: f64, needed: f64, is_low: bool) -> bool {
    let Some(screen) = window.current_monitor() else {
        return is_low;
    };
    // A tenth of the screen is left to the title bar and the desktop's own bars.
    let room = PhysicalSize::new(
        screen.size().width - screen.size().width / 10,
        screen.size().height - screen.size().height / 10,
    );
    if room.height == 0 {
        return is_low;
    }
    let size = window.inner_size();
    let needed: u32 = LogicalSize::new(0.0, needed.ceil())
        .to_physical(scale)
        .height;
    let is_small = room.to_logical::<f64>(scale).height < LOW_WINDOW_HEIGHT;
    let is_low = is_low || needed > room.height || (is_small && size.height > room.height);
    let mut wanted = PhysicalSize::new(size.width, size.height.max(needed).min(room.height));
    if is_low {
        let wide = LogicalSize::new(LOW_WINDOW_WIDTH, 0.0).to_physical::<u32>(scale);
        wanted.width = wide.width.min(room.width).max(size.width);
    }
    if wanted != size {
        let _ = window.request_inner_size(wanted);
        keep_on_screen(window, &screen, wanted.height);
    }
    is_low
}

/// Moves a window that grew over the screen's lower edge up, where windows may move themselves.
fn keep_on_screen(window: &winit::window::Window, screen: &MonitorHandle, height: u32) {
    let Ok(place) = window.outer_position() else {
        return;
    };
    let bars = window
        .outer_size()
        .height
        .saturating_sub(window.inner_size().height);
    let edge = i64::from(screen.position().y) + i64::from(screen.size().height);
    let highest = edge - i64::from(height) - i64::from(bars);
    let top = i64::from(place.y).min(highest.max(screen.position().y.into()));
    if let Ok(top) = i32::try_from(top)
        && top != place.y
    {
        window.set_outer_position(PhysicalPosition::new(place.x, top));
    }
}

/// What the reading thread passes on; none at the end of input.
type News = Result<Option<WindowView>, ViewError>;

/// Begins to read what the host says.
fn read_the_host(desk: &Desk) -> io::Result<Receiver<News>> {
    let (sender, receiver) = mpsc::channel();
    let window = desk.window.as_weak();
    std::thread::Builder::new().spawn(move || {
        let mut input = BufReader::new(io::stdin());
        loop {
            let news = read_view(&mut input);
            let is_last = !matches!(news, Ok(Some(_)));
            let is_heard = sender.send(news).is_ok()
                && window
                    .upgrade_in_event_loop(|window| window.invoke_news())
                    .is_ok();
            if is_last || !is_heard {
                break;
            }
        }
    })?;
    Ok(receiver)
}

fn hear_news(desk: &Desk, receiver: &Receiver<News>) {
    while let Ok(news) = receiver.try_recv() {
        match news {
            Ok(Some(view)) => {
                if let Err(failure) = desk.show(view) {
                    desk.fail(failure);
                }
            }
            Ok(None) => leave(),
            Err(error) => desk.fail(WindowError::View(error)),
        }
    }
}
