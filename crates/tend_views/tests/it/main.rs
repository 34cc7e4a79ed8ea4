mod html;
mod samples;
